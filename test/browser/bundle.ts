import { build } from "vite";

/** The text of one classic script made of the module `entry` and all it imports, from the sources of the packages. */
export async function bundle(entry: string): Promise<string> {
  const name = "virtual:entry";
  const built = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@weir/source", "browser", "import", "module", "default"] },
    plugins: [
      {
        name: "weir:entry",
        resolveId: (id) => (id === name ? name : null),
        load: (id) => (id === name ? entry : null),
      },
    ],
    build: { write: false, minify: false, rolldownOptions: { input: name, output: { format: "iife" } } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (first === undefined || !("output" in first)) throw new Error("vite did not build once and end");
  return first.output.map((file) => (file.type === "chunk" ? file.code : "")).join("");
}
