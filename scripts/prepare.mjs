// Builds after `npm ci`, so that `npx weir` works at once. A failing build must not fail the installation:
// dependencies are in place by then, and `npm run build` shows the same errors to whoever needs to see them.
import { runTool } from "./tool.mjs";

if (runTool("typescript", "bin/tsc", ["-b"], { stdio: "ignore" }) !== 0) {
  console.error("weir: installed, but the build has errors; `npm run build` shows them");
}
