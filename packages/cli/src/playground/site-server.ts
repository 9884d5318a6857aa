import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { basename, extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";

export interface SiteOptions {
  /** The folder of the built site. */
  readonly site: string;
  /** A file of rules, and one of events, that the page opens. */
  readonly rules: string | null;
  readonly events: string | null;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".ttf": "font/ttf",
  ".weir": "text/plain; charset=utf-8",
  ".ndjson": "application/x-ndjson",
};

/**
 * Serves the playground, and the files that were named.
 *
 * Errors  a request under another name than this machine's own is refused: a page of the web must not read local files through a
 *         name that it has pointed here.
 */
export function createSiteServer(options: SiteOptions): Server {
  return createServer((request, response) => {
    respond(request, response, options).catch(() => fail(response, 500));
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, options: SiteOptions): Promise<void> {
  if (!isOwnName(request.headers.host ?? "")) return fail(response, 421);
  if (request.method !== "GET" && request.method !== "HEAD") return fail(response, 405);
  const path = decodePath(request.url ?? "/");
  if (path === null) return fail(response, 400);
  if (path === "/local/files.json") {
    const name = (file: string | null): string | null => (file === null ? null : basename(file));
    const body = JSON.stringify({ rules: name(options.rules), events: name(options.events) });
    response.writeHead(200, { ...headers, "content-type": "application/json" }).end(body);
    return;
  }
  const file = fileOf(path, options);
  const facts = file === null ? null : await stat(file).catch(() => null);
  if (file === null || facts === null || !facts.isFile()) return fail(response, 404);
  response.writeHead(200, {
    ...headers,
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": facts.size,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  pipeline(createReadStream(file), response, () => {});
}

const headers = {
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

function isOwnName(host: string): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host);
}

function decodePath(url: string): string | null {
  try {
    return decodeURIComponent(url.split("?", 1)[0] ?? "/");
  } catch {
    return null;
  }
}

function fileOf(path: string, { site, rules, events }: SiteOptions): string | null {
  if (path === "/local/rules") return rules;
  if (path === "/local/events") return events;
  const file = normalize(join(site, path.endsWith("/") ? `${path}index.html` : path));
  return file.startsWith(site + sep) && !file.includes("\0") ? file : null;
}

function fail(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, headers);
  response.end();
}
