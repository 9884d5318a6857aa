import assert from "node:assert/strict";
import { createEngine, restoreEngine } from "@weir/core";
import { bytesInUse, cpuNanos, median } from "./harness/measure.ts";
import { fraudRules, plainPayment, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";

const perKey = 4;

/** What keys cost in memory, and what it takes to write all of them, to restore them, and to collect those that changed. */
export function run(report: Report): void {
  const plan = planOf(fraudRules());
  for (const keys of [50_000, 500_000]) {
    const before = bytesInUse();
    const engine = createEngine(plan);
    for (let i = 0; i < perKey * keys; i++) engine.push("transactions", payment(i, keys));
    report.heading(`${keys.toLocaleString("en")} keys of the five rules, ${perKey} payments each`);
    report.row(`${keys} keys: memory`, (bytesInUse() - before) / keys, "bytes/key");

    let bytes = new Uint8Array();
    report.row(`${keys} keys: snapshot`, cpuNanos(() => void (bytes = new Uint8Array(engine.snapshot()))) / 1e6, "ms");
    report.row(`${keys} keys: size of the snapshot`, bytes.length / keys, "bytes/key");
    let again = engine;
    report.row(`${keys} keys: restore`, cpuNanos(() => void (again = restoreEngine(plan, bytes))) / 1e6, "ms");
    assert.equal(again.stats().keys, engine.stats().keys);

    engine.changes();
    const collected = Array.from({ length: 5 }, (_, round) => {
      const first = perKey * keys + round * 10_000;
      for (let i = first; i < first + 10_000; i++) engine.push("transactions", payment(i, keys));
      return cpuNanos(() => {
        assert.ok(engine.changes().packed.written > 9000);
      });
    });
    report.row(`${keys} keys: changes of 10,000 keys`, median(collected) / 1e6, "ms");
  }
}

function payment(i: number, keys: number): Readonly<Record<string, unknown>> {
  return plainPayment(i, `u${(i * 7919) % keys}`, 1_767_225_600_000 + i);
}
