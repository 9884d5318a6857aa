import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { generatedPages } from "./pages.ts";

for (const [path, page] of Object.entries(generatedPages)) {
  writeFileSync(resolve(import.meta.dirname, "../..", path), page());
}
