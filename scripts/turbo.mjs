// Runs turbo with telemetry off: an environment variable in a script line would not work on Windows.
import { runTool } from "./tool.mjs";

process.exitCode = runTool("turbo", "bin/turbo", process.argv.slice(2), {
  env: { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
});
