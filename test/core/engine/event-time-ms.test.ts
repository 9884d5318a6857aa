import type { StreamPlan } from "@weir/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventTimeMs, readEventTime } from "../../../packages/core/src/engine/event-time.ts";

test("the time alone is the one that is read with its reasons", () => {
  const time = fc.oneof(
    fc.constant(null),
    fc.record({
      kind: fc.constant("field" as const),
      field: fc.constantFrom("at", "ts"),
      unit: fc.constantFrom("MILLISECONDS" as const, "SECONDS" as const, "MICROSECONDS" as const),
    }),
    fc.constant({ kind: "arrival" as const }),
  );
  const value = fc.oneof(
    fc.double(),
    fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
    fc.constantFrom(8.64e15, -8.64e15, 8.64e15 + 1, -8.64e15 - 0.5, 0.5, -0.5, -0, null, undefined, true),
    fc.constantFrom("2026-01-01T00:00:00Z", "yesterday", new Date(5), {}, []),
  );
  fc.assert(
    fc.property(time, fc.dictionary(fc.constantFrom("at", "ts", "time"), value), (declared, event) => {
      const stream = { name: "s", fields: null, time: declared } as unknown as StreamPlan;
      const read = readEventTime(event, stream, () => 7);
      expect(eventTimeMs(event, stream, () => 7)).toBe("time" in read ? read.time : null);
    }),
    { numRuns: 2000 },
  );
});
