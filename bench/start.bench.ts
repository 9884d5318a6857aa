import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./harness/measure.ts";
import type { Report } from "./harness/report.ts";

const root = join(import.meta.dirname, "..");
const rounds = 7;

/** The time from nothing to the first alert, in processes of their own; wall time. */
export function run(report: Report): void {
  const folder = mkdtempSync(join(tmpdir(), "weir-start-"));
  try {
    const events = join(folder, "logins.ndjson");
    const line = (i: number): string => JSON.stringify({ ts: 1_767_225_600_000 + i, user: "ana" });
    writeFileSync(events, `${Array.from({ length: 10 }, (_, i) => line(i)).join("\n")}\n`);
    const rules = join(folder, "rules.weir");
    writeFileSync(rules, "FROM logins BY user WITHIN 10s WHEN COUNT() > 5 EMIT HIGH\n");
    const script = join(folder, "sdk.mjs");
    const url = (name: string): string => JSON.stringify(import.meta.resolve(name));
    writeFileSync(
      script,
      `import { createEngine } from ${url("@weir/core")};
       import { compile } from ${url("@weir/dsl")};
       const engine = createEngine(compile("FROM logins BY user WITHIN 10s WHEN COUNT() > 5 EMIT HIGH").plan);
       let alerts = 0;
       for (let i = 0; i < 10; i++) alerts += engine.push("logins", { ts: 1_767_225_600_000 + i, user: "ana" }).length;
       if (alerts !== 1) throw new Error("no alert");`,
    );
    const nothing = join(folder, "nothing.mjs");
    writeFileSync(nothing, "");
    const weir = join(root, "packages", "cli", "bin", "weir.js");
    report.heading("from the start of the process to its end");
    report.row("Node.js alone", wall([nothing]), "ms");
    report.row("SDK: import, compile, engine, first alert", wall([script]), "ms");
    report.row("weir replay of ten events", wall([weir, "replay", rules, events, "--json"]), "ms");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wall(args: readonly string[]): number {
  return median(
    Array.from({ length: rounds }, () => {
      const from = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      return performance.now() - from;
    }),
  );
}
