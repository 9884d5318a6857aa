import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withOutputs } from "./console-blocks.ts";
import { generatedPages } from "./pages.ts";

const root = resolve(import.meta.dirname, "../..");

for (const [path, page] of Object.entries(generatedPages)) writeFileSync(join(root, path), page());

for (const folder of ["docs", "examples"]) {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".md")) continue;
    const path = join(root, folder, name);
    const page = readFileSync(path, "utf8");
    const shown = withOutputs(page);
    if (shown !== page) writeFileSync(path, shown);
  }
}
