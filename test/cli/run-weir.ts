import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What users run: `npm test` builds it first. */
const entry = join(import.meta.dirname, "../../packages/cli/bin/weir.js");

export interface WeirRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface WeirOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
}

/** Starts `weir` with these arguments. */
export function startWeir(args: readonly string[], options: WeirOptions = {}): ChildProcessWithoutNullStreams {
  const { FORCE_COLOR: _, ...env } = process.env;
  return spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd,
    env: { ...env, NO_COLOR: "1" },
  });
}

/** Runs `weir` and waits for its end. */
export function runWeir(args: readonly string[], options: WeirOptions = {}): Promise<WeirRun> {
  return new Promise((done, failed) => {
    const child = startWeir(args, options);
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.on("error", failed);
    child.on("close", (code) => done({ code, out, err }));
    // It may end before it has read all of it.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
  });
}

/** A new folder with these files. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "weir-test-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** The values of lines of JSON. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
