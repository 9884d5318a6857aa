// Some ships have a clock that runs hours ahead: one such report moves the watermark past all that follow.

import { beforeEach, describe, expect, test } from "vitest";
import { recording } from "./recording.ts";
import { replay, rulesIn, values } from "./replay.ts";

const ships = recording("ais-vessels");
const goodUntil = Date.parse("2022-01-03T00:30:00.000Z");

/** The rules of `ais-vessels.weir`; a report more than an hour ahead of the clock is a bad event. */
const guarded = () => rulesIn("ais-vessels.weir").replace("TIME ts", "TIME ts AHEAD 1h");
const clocks = () => ships.answer("Q0_future_clock") as Record<string, number>;
const late = () =>
  ships.answer("Q8_late") as { good_clock: Record<string, number>; max_lateness_good_clock_ms: number };

describe("position reports of ships in the order of arrival, with a guard against clocks that run ahead", {
  timeout: 60_000,
}, () => {
  beforeEach(ships.skipIfMissing);

  test("the alerts are those of the reports with a good clock, put in order", () => {
    const lateness = late().max_lateness_good_clock_ms;
    const guardedRun = replay(guarded(), "reports", ships.arrivals(), { lateness });
    expect(guardedRun.stats).toMatchObject({ events: clocks()["events"], bad: clocks()["bad_clock"], late: 0 });

    const good = ships.events().filter(({ ts }) => Number(ts) < goodUntil);
    expect(good).toHaveLength(clocks()["good_clock"] ?? 0);
    const inOrder = replay(rulesIn("ais-vessels.weir"), "reports", good);
    for (const rule of ["impossible_travel", "jump", "two_places", "speeding", "sudden_stop", "silent"]) {
      expect(values(guardedRun.alerts(rule), "id")).toEqual(values(inOrder.alerts(rule), "id"));
    }
    expect(guardedRun.ruleStats("silent")).toEqual(inOrder.ruleStats("silent"));
  });

  test.for([0, 30, 60, 120, 300])("Q8: late events at %d s", (seconds) => {
    const { stats } = replay(guarded(), "reports", ships.arrivals(), { lateness: seconds * 1000 });
    expect(stats.bad).toBe(clocks()["bad_clock"]);
    expect(stats.late).toBe(late().good_clock[`${seconds}s`]);
  });

  test("Q8: the latest report says how late it is", () => {
    let behindMs = 0;
    replay(guarded(), "reports", ships.arrivals(), {
      onSetAside: (event) => {
        behindMs = Math.max(behindMs, event.behindMs ?? 0);
      },
    });
    expect(behindMs).toBe(late().max_lateness_good_clock_ms);
  });
});
