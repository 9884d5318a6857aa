import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CommandError, exitCode } from "../exit-code.ts";

/** A file that a setting names, relative to the configuration. */
export function readSetting(name: string, path: string): Buffer {
  try {
    return readFileSync(resolve(dirname(path), name));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCode.usage, `cannot read \`${name}\`: ${problem}`);
  }
}
