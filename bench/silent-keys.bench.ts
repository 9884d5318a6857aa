import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEngine } from "@weir/core";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const keys = scaled(1_000_000);
const startMs = 1_700_000_000_000;

const rules: Readonly<Record<string, string>> = {
  "two steps": "BY user SEQUENCE a: logins THEN b: payments WITHIN 10m EMIT HIGH { amount: b.amount }",
  "two steps, the first is read": "BY user SEQUENCE a: logins THEN b: payments WITHIN 10m EMIT HIGH { ip: a.ip }",
  absence: "BY user SEQUENCE a: logins THEN NOT b: payments WITHIN 10m WHEN a.ip = 'none' EMIT HIGH",
};

/**
 * A million keys that each start a run and fall silent: what is held of them, and what is left when their windows have passed.
 *
 * Memory is the heap and the buffers outside of it, after a collection.
 */
export function run(report: Report): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = (): number => {
    for (let i = 0; i < 4; i++) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  for (const [name, text] of Object.entries(rules)) {
    const engine = createEngine(planOf(text));
    const before = held();
    for (let i = 0; i < keys; i++) {
      engine.push("logins", { ts: startMs + Math.floor(i / 10), user: `u${i}`, ip: "::1" });
    }
    const full = held();
    const { keys: live } = engine.stats();
    engine.advanceTo(startMs + keys + 20 * 60_000);
    const after = held();
    const left = engine.stats().keys;
    if (left !== 0) throw new Error(`${left} keys are left`);
    report.row(`${name}: held`, (full - before) / live, "bytes/key");
    report.row(`${name}: left when their windows have passed`, (after - before) / live, "bytes/key");
  }
}
