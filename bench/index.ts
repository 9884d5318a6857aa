import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { thisMachine } from "./harness/machine.ts";
import type { Entry } from "./harness/report.ts";
import { Results } from "./harness/results.ts";

// `npm run bench` runs all of them, `npm run bench -- replay` those whose name contains `replay`.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** A smaller run of everything. */
    quick: { type: "boolean", default: false },
    /** How often each is run. */
    repeat: { type: "string", default: "1" },
    /** Keeps the figures to compare with. */
    keep: { type: "boolean", default: false },
  },
});
const repeat = Number(values.repeat);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.replace(/\.bench\.ts$/, ""))
  .filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  .sort();

if (!Number.isInteger(repeat) || repeat < 1) {
  console.error(`--repeat takes a whole number from 1 on, not ${values.repeat}`);
  process.exitCode = 1;
} else if (names.length === 0) {
  console.error(`no benchmark matches ${positionals.join(" ")}`);
  process.exitCode = 1;
} else {
  const results = new Results(thisMachine());
  for (const name of names) {
    const runs: (readonly Entry[])[] = [];
    let failure: string | null = null;
    while (runs.length < repeat && failure === null) {
      const { entries, code } = await runAlone(name);
      if (code === 0) runs.push(entries);
      else failure = `it ended with ${code}`;
    }
    if (failure === null) results.add(name, runs);
    else {
      results.addFailure(name, failure);
      process.exitCode = 1;
    }
  }
  results.finish(values.keep);
}

/** Runs a benchmark in a process of its own: what ran before must not decide how its code is optimised. */
async function runAlone(
  name: string,
): Promise<{ readonly entries: readonly Entry[]; readonly code: number | string | null }> {
  const args = [name, ...(values.quick ? ["--quick"] : [])];
  const child = fork(join(import.meta.dirname, "harness", "run-one.ts"), args, { stdio: "inherit" });
  const entries: Entry[] = [];
  child.on("message", (entry: Entry) => entries.push(entry));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { entries, code: code ?? signal };
}
