// Builds after `npm ci`, so that `npx weir` works at once. A failing build must not fail the installation:
// dependencies are in place by then, and `npm run build` shows the same errors to whoever needs to see them.
import { spawnSync } from "node:child_process";

const build = spawnSync("tsc", ["-b"], { encoding: "utf8", shell: process.platform === "win32" });
if (build.error !== undefined || build.status !== 0) {
  console.error("weir: installed, but the build has errors; `npm run build` shows them");
}
