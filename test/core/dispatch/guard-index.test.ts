import { createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Guard } from "../../../packages/core/src/dispatch/guard.ts";
import { GuardIndex } from "../../../packages/core/src/dispatch/guard-index.ts";

const field = fc.constantFrom("a", "b", "c");
const plain = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom("x", "1", ""), fc.boolean());
const guard: fc.Arbitrary<Guard | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("equals" as const), field, values: fc.array(plain, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    kind: fc.constant("range" as const),
    field,
    low: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constant(-Infinity)),
    high: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constant(Infinity)),
  }),
);

it("finds the items whose guard an event meets, and no other, in their order", () => {
  fc.assert(
    fc.property(
      fc.array(guard, { minLength: 12, maxLength: 60 }),
      fc.dictionary(field, fc.oneof(plain, fc.constantFrom(null, undefined, 5n, [])), { noNullPrototype: true }),
      (guards, data) => {
        const index = new GuardIndex(guards);
        const found = Array.from({ length: index.find(data) }, (_, i) => index.at(i));
        const meets = (one: Guard | null): boolean => {
          if (one === null) return true;
          const x = typeof data[one.field] === "bigint" ? Number(data[one.field]) : data[one.field];
          if (one.kind === "equals") return one.values.some((value) => value === x);
          return typeof x === "number" && x >= one.low && x <= one.high;
        };
        const guarded = guards.filter((one) => one !== null).length >= 8;
        expect(found).toEqual(guards.flatMap((one, i) => (!guarded || meets(one) ? [i] : [])));
      },
    ),
  );
});

it("many rules over many fields fire as each would alone", () => {
  const rules = Array.from({ length: 60 }, (_, i) =>
    i % 3 === 0
      ? `FROM s WHERE f${i} = ${i % 5} AND n > ${i % 7} BY u WHEN n >= ${i % 4} EMIT LOW`
      : i % 3 === 1
        ? `FROM s WHEN kind IN ("k${i % 6}", "z") AND n BETWEEN ${i % 4} AND ${(i % 4) + 3} EMIT LOW`
        : `FROM s WHERE n <= ${i % 8} BY u WITHIN 1m WHEN COUNT() > ${i % 3} EMIT LOW`,
  );
  const plan = (text: string): Parameters<typeof createEngine>[0] => {
    const compiled = compile(text);
    if (!compiled.ok) throw new Error(compiled.diagnostics[0]!.message);
    return compiled.plan;
  };
  const events = Array.from({ length: 300 }, (_, i) => ({
    ts: 1_700_000_000_000 + 977 * i,
    u: `u${i % 4}`,
    kind: `k${i % 9}`,
    n: (i * 7) % 11,
    [`f${(i * 3) % 60}`]: i % 5,
  }));
  const together = createEngine(plan(rules.join("\n")));
  const fired = events.flatMap((event) => together.push("s", event)).map(({ rule, at }) => `${at} ${rule}`);
  const alone = rules.flatMap((rule, i) => {
    const engine = createEngine(plan(rule.replace("FROM", `RULE rule_${i + 1} FROM`)));
    return events.flatMap((event) => engine.push("s", event)).map(({ rule: name, at }) => `${at} ${name}`);
  });
  expect(fired.toSorted()).toEqual(alone.toSorted());
  const place = (alert: string): number => Number(/\d+$/.exec(alert)![0]);
  const order = fired.map((alert) => Number(alert.split(" ")[0]) * 100 + place(alert));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});
