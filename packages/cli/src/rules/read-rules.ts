import { readFile } from "node:fs/promises";
import { CommandError, exitCode } from "../exit-code.ts";

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/** Reads rule files; `-` is standard input. Throws `CommandError` where one cannot be read. */
export async function readRuleFiles(paths: readonly string[]): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const path of paths) files.push({ name: path === "-" ? "<stdin>" : path, text: await readText(path) });
  return files;
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = path === "-" ? await readStdin() : await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const problem =
      code === "ENOENT" ? "there is no such file" : error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCode.usage, `cannot open rules \`${path}\`: ${problem}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(exitCode.usage, `rules \`${path}\` are not valid UTF-8`);
  }
}

/** More is no rule file. */
const maxStdinBytes = 16 * 1024 * 1024;

async function readStdin(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of process.stdin) {
    parts.push(part as Uint8Array);
    length += (part as Uint8Array).length;
    if (length > maxStdinBytes) throw new Error(`there are more than ${maxStdinBytes} bytes`);
  }
  return Buffer.concat(parts);
}
