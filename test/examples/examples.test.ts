import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Alert, createEngine } from "@weir/core";
import { compileFiles } from "@weir/dsl";
import { describe, expect, test, vi } from "vitest";
import { scoreRules } from "../../examples/fraud/score.ts";
import { simulate } from "../../packages/cli/src/simulate/simulate.ts";
import { type Anomaly, anomalyKinds } from "../../packages/cli/src/simulate/transaction.ts";
import { jsonLines, runWeir } from "../cli/run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const examples = resolve(import.meta.dirname, "../../examples");
const recordings = {
  ssh: "auth",
  web: "requests",
  iot: "readings",
  ops: "requests",
  orders: "events",
};

const read = (...path: string[]): string => readFileSync(join(examples, ...path), "utf8");

for (const [name, stream] of Object.entries(recordings)) {
  describe(name, () => {
    const expected = jsonLines(read(name, "expected.ndjson"));

    test("gives the expected alerts through the SDK", () => {
      const compiled = compileFiles([{ name, text: read(name, `${name}.weir`) }]);
      expect(compiled.diagnostics).toEqual([]);
      const engine = createEngine(compiled.plan!);
      const alerts: Alert[] = [];
      for (const event of jsonLines(read(name, `${stream}.ndjson`))) {
        const own = event["stream"];
        alerts.push(...engine.push(typeof own === "string" ? own : stream, event));
      }
      alerts.push(...engine.finish());
      expect(JSON.parse(JSON.stringify(alerts))).toEqual(expected);
    });

    test("gives the expected alerts through the command", async () => {
      const { code, out } = await runWeir(["replay", `${name}.weir`, `${stream}.ndjson`, "--json"], {
        cwd: join(examples, name),
      });
      expect(code).toBe(0);
      expect(out).toBe(read(name, "expected.ndjson"));
    });

    test("its recording is what its script makes", () => {
      const copy = mkdtempSync(join(tmpdir(), "weir-test-"));
      cpSync(examples, copy, { recursive: true });
      execFileSync(process.execPath, [join(copy, name, "make-recording.mjs")]);
      expect(readFileSync(join(copy, name, `${stream}.ndjson`), "utf8")).toBe(read(name, `${stream}.ndjson`));
    });
  });
}

test("every example has a page, and formatted rules without a warning", async () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(["fraud", ...Object.keys(recordings)].sort());
  for (const { name } of folders) {
    expect(read(name, "README.md")).toContain(`examples/${name}/${name}.weir`);
    const path = `${name}/${name}.weir`;
    expect(await runWeir(["check", path], { cwd: examples })).toEqual({ code: 0, out: `${path}: ok\n`, err: "" });
    expect(await runWeir(["fmt", "--check", path], { cwd: examples })).toEqual({ code: 0, out: "", err: "" });
  }
});

test("the fraud rules find what the simulator injects, and little else", () => {
  const anomalies: Anomaly[] = [];
  const compiled = compileFiles([{ name: "fraud", text: read("fraud", "fraud.weir") }]);
  const engine = createEngine(compiled.plan!);
  const alerts: Alert[] = [];
  const options = {
    seed: 11,
    events: 60_000,
    users: 600,
    rate: 0.05,
    anomalies: anomalyKinds,
    start: Date.UTC(2026, 0, 1),
  };
  for (const { transaction } of simulate({ ...options, onAnomaly: (anomaly) => anomalies.push(anomaly) })) {
    alerts.push(...engine.push("transactions", { ...transaction }));
  }
  alerts.push(...engine.finish());
  const kinds = {
    velocity_spike: "velocity",
    unusual_amount: "amount",
    impossible_travel: "travel",
    rapid_fire: "burst",
    merchant_diversity: "merchants",
  };
  const scores = new Map(scoreRules(alerts, anomalies, kinds).map((score) => [score.rule, score]));
  const recall = (rule: string): number => scores.get(rule)!.found / scores.get(rule)!.anomalies;
  const precision = (rule: string, severity: string): number => {
    const { right, alerts: all } = scores.get(rule)!.bySeverity.find((score) => score.severity === severity)!;
    return right / all;
  };
  const certain = ["velocity_spike", "impossible_travel", "rapid_fire", "merchant_diversity"];
  expect(certain.map(recall)).toEqual([1, 1, 1, 1]);
  expect(recall("unusual_amount")).toBeGreaterThan(0.6);
  expect(precision("velocity_spike", "HIGH")).toBeGreaterThan(0.9);
  expect(precision("rapid_fire", "HIGH")).toBeGreaterThan(0.9);
  expect(precision("impossible_travel", "CRITICAL")).toBeGreaterThan(0.7);
  expect(precision("unusual_amount", "HIGH")).toBeGreaterThan(0.3);
  expect(precision("merchant_diversity", "MEDIUM")).toBeGreaterThan(0.2);
});
