import { defineConfig, type Plugin } from "vite";
import { firstPaint } from "./build/first-paint.ts";
import { serviceWorker } from "./build/service-worker.ts";
import { sampleFiles } from "./build/sample-files.ts";

/** Puts the samples beside the page, and a finished one into it. */
function samples(): Plugin {
  const files = sampleFiles();
  return {
    name: "weir:samples",
    transformIndexHtml: (html) => html.replace("<!--first-paint-->", () => firstPaint(files)),
    generateBundle() {
      for (const [name, source] of files) this.emitFile({ type: "asset", fileName: `samples/${name}`, source });
    },
  };
}

export default defineConfig({
  base: "./",
  resolve: { conditions: ["@weir/source", "browser", "import", "module", "default"] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // The editor is one large piece that is loaded after the page.
    chunkSizeWarningLimit: 4000,
  },
  plugins: [samples(), serviceWorker()],
});
