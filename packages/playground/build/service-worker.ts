import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Plugin } from "vite";

/** Writes a service worker that keeps every file of the site. */
export function serviceWorker(): Plugin {
  let folder = "";
  return {
    name: "weir:service-worker",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "sw.js")
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort();
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
      writeFileSync(join(folder, "sw.js"), workerText(files, hash.digest("hex").slice(0, 16)));
    },
  };
}

function workerText(files: readonly string[], version: string): string {
  return `const cacheName = "weir-${version}";
const files = ${JSON.stringify(["./", ...files])};

addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(cacheName).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })))),
  );
  skipWaiting();
});

addEventListener("activate", (event) => {
  const forget = (names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isLocalFile = url.pathname.includes("/local/");
  if (event.request.method !== "GET" || url.origin !== location.origin || isLocalFile) return;
  event.respondWith(answer(event.request));
});

// The page itself comes from the network where there is one, so that a new version is seen at once.
async function answer(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (request.mode !== "navigate") return kept ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return kept ?? (await caches.match("./")) ?? Response.error();
  }
}
`;
}
