// Not a rule: Q1 counts late events, which the engine sets aside before any rule sees them; its statistics have them.

import { beforeEach, describe, expect, test } from "vitest";
import { type RecordedEvent, recording } from "./recording.ts";
import { byNumbers, iso, type Replay, replay, rulesIn, sortedRows } from "./replay.ts";

const week = recording("usgs-week");
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** In the order in which the records last changed: late by up to days. */
function byUpdate(): RecordedEvent[] {
  const place = ({ id, updated }: RecordedEvent) => [Date.parse(updated as string), id];
  return week.events().toSorted((left, right) => byNumbers(place(left), place(right)));
}

const lateness = () => week.answer("Q1_late_by_updated") as Record<string, number>;

describe.for([
  ["by event time", () => replay(rulesIn("usgs-week.weir"), "quakes", week.events(), { flushMs: hourMs })],
  [
    "by update, with a lateness that suffices",
    () =>
      replay(rulesIn("usgs-week.weir"), "quakes", byUpdate(), {
        flushMs: hourMs,
        lateness: lateness()["max_lateness_ms"] ?? 0,
      }),
  ],
] as const)("the earthquakes of a week, %s", ([, start]) => {
  let whole: Replay | undefined;
  const run = () => (whole ??= start());
  beforeEach(week.skipIfMissing);

  test("Q2: five events of a network in half an hour", () => {
    expect(run().stats.late).toBe(0);
    expect(run().sliding("busy_network")).toEqual(week.sliding("Q2_net_ge5_30m").halfOpen);
  });

  test("Q3: the hours with most records that nobody reviewed", () => {
    const hours = run()
      .flushed("automatic")
      .map(({ at, data }) => [data["count"] as number, at - hourMs] as const)
      .sort((left, right) => byNumbers([right[0], left[1]], [left[0], right[1]]))
      .map(([count, hour]) => [iso(hour), count]);
    expect(hours.slice(0, 5)).toEqual(week.answer("Q3_automatic_per_hour_top5"));
  });

  test("Q4: all pairs of a felt quake and another nearby within an hour", () => {
    const { list } = week.answer("Q4_felt_then_mag2_20km_1h") as { list: [number, number][] };
    const pairs = list.toSorted(byNumbers);
    expect(sortedRows(run().alerts("felt_again"), "first", "id")).toEqual(pairs);
    expect(run().ruleStats("felt_again").limited).toBe(0);
  });
});

describe("the earthquakes of a week, by update", () => {
  beforeEach(week.skipIfMissing);

  test.for([0, 10, 60, 360, 1440])("Q1: late events at %d min", (minutes) => {
    const { stats } = replay(rulesIn("usgs-week.weir"), "quakes", byUpdate(), { lateness: minutes * minuteMs });
    expect(stats.late).toBe(lateness()[`${minutes}m`]);
  });

  test("Q1: the latest event says how late it is", () => {
    let behindMs = 0;
    replay(rulesIn("usgs-week.weir"), "quakes", byUpdate(), {
      onSetAside: (event) => {
        behindMs = Math.max(behindMs, event.behindMs ?? 0);
      },
    });
    expect(behindMs).toBe(lateness()["max_lateness_ms"]);
  });
});
