import { importEql } from "@weir/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eqlMatches } from "./eql-matcher.ts";
import { fired } from "./run-imported.ts";

/** Kinds of events that a step takes: one, or several, so that steps overlap. */
const kinds = fc.subarray(["a", "b", "c", "d"], { minLength: 1 });
const sequence = fc.record({
  steps: fc.array(kinds, { minLength: 2, maxLength: 4 }),
  until: fc.option(kinds),
  maxspan: fc.integer({ min: 1, max: 12 }),
  events: fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      key: fc.integer({ min: 0, max: 1 }),
      kind: fc.constantFrom("a", "b", "c", "d", "e"),
    }),
    { maxLength: 40 },
  ),
});

test("an imported sequence alerts where EQL finds one, and nowhere else", () => {
  fc.assert(
    fc.property(sequence, ({ steps, until, maxspan, events: gaps }) => {
      let ts = 0;
      const events = gaps.map(({ gap, key, kind }) => ({ ts: (ts += gap), key, kind }));
      const filter = (of: readonly string[]): string =>
        `[e where kind in (${of.map((kind) => `"${kind}"`).join(", ")})]`;
      const query = `sequence by key with maxspan=${maxspan}ms ${steps.map(filter).join(" ")} ${until === null ? "" : `until ${filter(until)}`}`;
      const imported = importEql(query, { name: "r" });
      expect(imported.findings).toEqual([]);
      const alerts = fired(
        imported,
        events.map(({ ts: at, ...event }) => ["e", at, event] as const),
      );
      const expected = eqlMatches(
        events,
        steps.map((of) => ({ accepts: (kind: string) => of.includes(kind) })),
        maxspan,
        until === null ? null : (kind) => until.includes(kind),
      );
      expect(alerts.map((alert) => alert.slice(2)).toSorted()).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});
