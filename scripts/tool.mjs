import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a tool of this repository with the Node.js that runs this script, and waits for it.
 *
 * @param {string} packageName
 * @param {string} bin its script within the package
 * @param {readonly string[]} args
 * @param {{ stdio?: "inherit" | "ignore", env?: Record<string, string> }} [options]
 * @returns {number} its exit code; 1 if it could not be run
 */
export function runTool(packageName, bin, args, { stdio = "inherit", env = {} } = {}) {
  const { status, error } = spawnSync(process.execPath, [`${root}/node_modules/${packageName}/${bin}`, ...args], {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
  });
  if (error !== undefined) console.error(`${packageName} did not start: ${error.message}`);
  return status ?? 1;
}
