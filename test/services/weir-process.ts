import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

const bin = resolve(import.meta.dirname, "../../packages/cli/bin/weir.js");

/** A line of the log of `weir run`. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A `weir run` of a configuration, as a process of its own. */
export class WeirProcess {
  readonly lines: LogLine[] = [];
  errors = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;

  constructor(args: readonly string[], nodeArgs: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeArgs, bin, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let rest = "";
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) this.lines.push(JSON.parse(line) as LogLine);
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.#exited = once(this.#child, "exit").then(([code]) => code as number | null);
  }

  static run(folder: string, nodeArgs: readonly string[] = []): WeirProcess {
    return new WeirProcess(["run", join(folder, "weir.yaml")], nodeArgs);
  }

  /** The first line with this message, once it is there. Throws where the process ends before. */
  async line(msg: string, timeoutMs = 60_000): Promise<LogLine> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const found = this.lines.find((line) => line.msg === msg);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    const last = this.lines.slice(-5).map((line) => JSON.stringify(line));
    throw new Error(`no line \`${msg}\`; the last: ${last.join("\n")}\n${this.errors}`);
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.exited();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  exited(): Promise<number | null> {
    return this.#exited;
  }
}
