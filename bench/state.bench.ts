import assert from "node:assert/strict";
import { createEngine, restoreEngine } from "@weir/core";
import { bytesInUse, cpuNanos } from "./harness/measure.ts";
import { fraudRules, plainPayment, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const perKey = 4;
const changed = scaled(10_000);

/** What keys cost in memory, and what it takes to write all of them, to restore them, and to collect those that changed. */
export function run(report: Report): void {
  const plan = planOf(fraudRules());
  for (const keys of [scaled(50_000), scaled(1_000_000)]) {
    const isMany = keys >= 1_000_000;
    const before = bytesInUse();
    const engine = createEngine(plan);
    for (let i = 0; i < perKey * keys; i++) engine.push("transactions", payment(i, keys));
    report.heading(`${keys.toLocaleString("en")} keys of the five rules, ${perKey} payments each`);
    report.row(`${keys} keys: memory`, (bytesInUse() - before) / keys, "bytes/key", { atMost: 400 });

    let bytes: Uint8Array = new Uint8Array();
    report.row(
      `${keys} keys: snapshot`,
      cpuNanos(() => void (bytes = engine.snapshot())) / 1e6,
      "ms",
      isMany ? { atMost: 500 } : undefined,
    );
    report.row(`${keys} keys: size of the snapshot`, bytes.length / keys, "bytes/key");
    let again = engine;
    report.row(
      `${keys} keys: restore`,
      cpuNanos(() => void (again = restoreEngine(plan, bytes))) / 1e6,
      "ms",
      isMany ? { atMost: 1000 } : undefined,
    );
    assert.equal(again.stats().keys, engine.stats().keys);

    engine.changes();
    const collected = Array.from({ length: 5 }, (_, round) => {
      const first = perKey * keys + round * changed;
      for (let i = first; i < first + changed; i++) engine.push("transactions", payment(i, keys));
      return cpuNanos(() => {
        assert.ok(engine.changes().packed.written > 0.9 * changed);
      });
    });
    report.row(
      `${keys} keys: changes of ${changed.toLocaleString("en")} keys`,
      collected.map((nanos) => nanos / 1e6),
      "ms",
      isMany ? { atMost: 5 } : undefined,
    );
  }
}

function payment(i: number, keys: number): Readonly<Record<string, unknown>> {
  return plainPayment(i, `u${(i * 7919) % keys}`, 1_767_225_600_000 + i);
}
