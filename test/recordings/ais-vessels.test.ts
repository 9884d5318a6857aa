// Not rules: Q0 and Q8 count bad and late events, which the engine sets aside before any rule sees them; its statistics
// have them.

import { beforeEach, describe, expect, test } from "vitest";
import { type RecordedEvent, recording } from "./recording.ts";
import { byNumbers, iso, type Replay, replay, rulesIn, values } from "./replay.ts";

const ships = recording("ais-vessels");
const minuteMs = 60_000;
const dayMs = 86_400_000;
const goodUntil = Date.parse("2022-01-03T00:30:00.000Z");

const goodClock = ({ ts }: RecordedEvent) => Number(ts) < goodUntil;

interface Silence {
  readonly fires: number;
  readonly mmsi: number;
  readonly pending_at_end: number;
  readonly resumed_later: number;
}
const silence = () => ships.answer("Q4_silent_gt5m") as Record<string, Silence>;
const late = () => ships.answer("Q8_late") as Record<string, Record<string, number>>;

describe("position reports of ships, by event time", { timeout: 60_000 }, () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= replay(rulesIn("ais-vessels.weir"), "reports", ships.events(), { flushMs: dayMs }));
  beforeEach(ships.skipIfMissing);

  test("Q1: impossible travel", () => {
    const answer = ships.answer("Q1_impossible_travel_gt60kn") as Record<string, unknown>;
    const travels = run().alerts("impossible_travel");
    expect(values(travels, "id")).toEqual(answer["ids"]);
    expect(new Set(travels.map(({ key }) => key["mmsi"])).size).toBe(answer["mmsi"]);
    const fastest = travels
      .map(({ data, key }) => [data["id"], key["mmsi"], data["kmh"] as number] as const)
      .sort((left, right) => right[2] - left[2]);
    expect(fastest.slice(0, 5)).toEqual(answer["top5_[id,mmsi,kmh]"]);
  });

  test("Q2: more than 1000 km in ten minutes", () => {
    const answer = ships.answer("Q2_jump_gt1000km_10m") as { ids: number[]; by_mmsi: Record<string, number> };
    const jumps = run().alerts("jump");
    expect(values(jumps, "id")).toEqual(answer.ids);
    const byShip = Object.groupBy(jumps, ({ key }) => String(key["mmsi"]));
    expect(Object.fromEntries(Object.entries(byShip).map(([ship, alerts]) => [ship, alerts?.length]))).toEqual(
      answer.by_mmsi,
    );
  });

  test("Q3: two places at one instant", () => {
    expect(values(run().alerts("two_places"), "id")).toEqual(
      (ships.answer("Q3_same_ts_gt1km") as { ids: number[] }).ids,
    );
  });

  test("Q4: silence of more than five minutes", () => {
    expect(silenceOf(run(), "silent")).toEqual(silence()["full_stream"]);
    expect(silenceOf(run(), "session_over")).toEqual(silence()["full_stream"]);
  });

  test("Q5: three fast reports in a row, once a run", () => {
    expect(values(run().alerts("speeding"), "id")).toEqual(
      (ships.answer("Q5_sog_ge30_three_in_a_row") as { ids: number[] }).ids,
    );
  });

  test("Q6: the most crowded cells", () => {
    const cells = run()
      .flushed("crowded")
      .map(({ at, key, data }) => ({ start: at - 5 * minuteMs, key, count: data["ships"] as number }))
      .sort((left, right) => byNumbers([right.count, left.start], [left.count, right.start]))
      .map(({ start, key, count }) => [iso(start), key["lat"], key["lon"], count]);
    expect(cells.slice(0, 5)).toEqual(ships.answer("Q6_top5_cells_5m"));
  });

  test("Q7: a sudden stop", () => {
    expect(values(run().alerts("sudden_stop"), "id")).toEqual(
      (ships.answer("Q7_sudden_stop_3m") as { ids: number[] }).ids,
    );
  });
});

describe("position reports of ships, with a good clock alone", { timeout: 60_000 }, () => {
  beforeEach(ships.skipIfMissing);

  test("Q4: silence of more than five minutes", () => {
    const run = replay(rulesIn("ais-vessels.weir"), "reports", ships.events().filter(goodClock));
    expect(silenceOf(run, "silent")).toEqual(silence()["good_clock_stream"]);
    expect(silenceOf(run, "session_over")).toEqual(silence()["good_clock_stream"]);
  });
});

describe("position reports of ships, in the order of arrival", { timeout: 60_000 }, () => {
  beforeEach(ships.skipIfMissing);

  test.for([0, 30, 60, 120, 300])("Q8: late events at %d s", (seconds) => {
    const lateness = seconds * 1000;
    const all = replay(rulesIn("ais-vessels.weir"), "reports", ships.arrivals(), { lateness });
    expect(all.stats.late).toBe(late()["all"]?.[`${seconds}s`]);
    const good = replay(rulesIn("ais-vessels.weir"), "reports", ships.arrivals().filter(goodClock), { lateness });
    expect(good.stats.late).toBe(late()["good_clock"]?.[`${seconds}s`]);
  });
});

function silenceOf(run: Replay, rule: string): Silence {
  const fired = run.alerts(rule);
  return {
    fires: fired.length,
    mmsi: new Set(fired.map(({ key }) => key["mmsi"])).size,
    pending_at_end: run.ruleStats(rule).pending,
    resumed_later: run.alerts("resumed").length,
  };
}
