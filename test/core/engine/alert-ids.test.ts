import fc from "fast-check";
import { expect, test } from "vitest";
import { AlertIds } from "../../../packages/core/src/engine/alert-ids.ts";
import { hash128 } from "../../../packages/core/src/engine/hash.ts";
import { ByteReader, ByteWriter } from "../../../packages/core/src/snapshot/bytes.ts";

const made = fc.record({
  rule: fc.constantFrom("burst", 'a "quoted" rule', "\u2028"),
  status: fc.constantFrom("firing" as const, "resolved" as const),
  key: fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom("", "u1", '"', "\\", "\ud800", "a\nb", "😀", "x".repeat(600)),
  ),
  later: fc.nat({ max: 1 }),
  restart: fc.boolean(),
});

const instants = fc.oneof(
  fc.constantFrom(0, -5, 9_999_999, 10_000_000, 99_999_999_999_999, 1e14, 1_700_000_000_000),
  fc.integer({ min: -1e14, max: 1e15 }),
);

test("an id is the hash of what an alert says, and of how many before it at its instant say the same, across restarts too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(made, { maxLength: 30 }), instants, (scope, alerts, from) => {
      let ids = new AlertIds(scope);
      let instant = from;
      let before: string[] = [];
      for (const { rule, status, key, later, restart } of alerts) {
        if (later > 0) before = [];
        instant += later;
        const text = JSON.stringify([scope, rule, status, key, instant, instant + 5]);
        const n = before.filter((other) => other === text).length;
        before.push(text);
        expect(ids.next(rule, status, key, instant, instant + 5)).toBe(hash128(n === 0 ? text : `${text}#${n}`));
        if (!restart) continue;
        const out = new ByteWriter();
        ids.save(out);
        ids = new AlertIds(scope);
        ids.load(new ByteReader(out.bytes()));
      }
    }),
  );
});
