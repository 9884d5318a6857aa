import { describe, expect, test } from "vitest";
import type { StreamPlan } from "../../../packages/core/src/plan.ts";
import { readEventTime, unitHint } from "../../../packages/core/src/engine/event-time.ts";

const stream = (time: StreamPlan["time"]): StreamPlan => ({
  name: "s",
  fields: null,
  time,
  lateness: null,
  ahead: null,
});
const field = (unit: "MILLISECONDS" | "SECONDS" | "MICROSECONDS"): StreamPlan =>
  stream({ kind: "field", field: "at", unit });

describe("the event time", () => {
  test.each([
    ["the first default field that is set", { timestamp: 5, time: 6 }, undefined, { time: 5, field: "timestamp" }],
    ["a NULL field is passed over", { ts: null, time: 6 }, undefined, { time: 6, field: "time" }],
    [
      "ISO text with a zone",
      { ts: "2026-01-01T00:00:00.123456+01:00" },
      undefined,
      { time: Date.UTC(2025, 11, 31, 23, 0, 0, 123), field: "ts" },
    ],
    ["fractions of a millisecond are cut down", { ts: 1500.7 }, undefined, { time: 1500, field: "ts" }],
    ["before 1970 too", { ts: -0.5 }, undefined, { time: -1, field: "ts" }],
    ["seconds", { at: 1.5 }, field("SECONDS"), { time: 1500, field: "at" }],
    [
      "microseconds lose nothing to 0.001",
      { at: 1_700_000_000_123_000 },
      field("MICROSECONDS"),
      { time: 1_700_000_000_123, field: "at" },
    ],
    ["a Date of the host", { ts: new Date(7) }, undefined, { time: 7, field: "ts" }],
  ])("%s", (_, event, plan, expected) => {
    expect(readEventTime(event, plan, undefined)).toEqual(expected);
  });

  test.each([
    ["nothing is set", {}, undefined, "event time is missing: none of `ts`, `timestamp`, `@timestamp`, `time` is set"],
    ["the declared field is not set", { ts: 1 }, field("SECONDS"), "event time is missing: field `at` is not set"],
    [
      "text that is no time",
      { ts: "yesterday" },
      undefined,
      'event time cannot be read: `ts` is "yesterday", neither epoch milliseconds nor ISO-8601 text',
    ],
    [
      "a list",
      { ts: [1] },
      undefined,
      "event time cannot be read: `ts` is a list, neither epoch milliseconds nor ISO-8601 text",
    ],
    [
      "not a number",
      { ts: Number.NaN },
      undefined,
      "event time cannot be read: field `ts` is NaN, beyond what a date can be",
    ],
    [
      "the prototype's fields do not count",
      Object.create({ ts: 5 }) as Record<string, unknown>,
      undefined,
      /is missing/,
    ],
  ])("is refused where %s", (_, event, plan, reason) => {
    const found = readEventTime(event, plan, undefined);
    expect("reason" in found ? found.reason : found).toEqual(
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    );
  });

  test("arrival takes the host's clock, and says so where there is none", () => {
    expect(readEventTime({ ts: 1 }, stream({ kind: "arrival" }), () => 42.9)).toEqual({ time: 42, field: null });
    expect(readEventTime({ ts: 1 }, stream({ kind: "arrival" }), undefined)).toHaveProperty("reason");
  });

  test("a time that looks like seconds or microseconds gets a hint, a plausible one none", () => {
    expect(unitHint(1_700_000_000, "s", "ts")).toContain("IN SECONDS");
    expect(unitHint(1_700_000_000_000_000, "s", "ts")).toContain("IN MICROSECONDS");
    expect(unitHint(1_700_000_000_000, "s", "ts")).toBeNull();
  });
});
