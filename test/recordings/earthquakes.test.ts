import { beforeEach, describe, expect, test } from "vitest";
import { recording } from "./recording.ts";
import { iso, type Replay, replay, rulesIn, sortedIds, sortedRows, values } from "./replay.ts";

const earthquakes = recording("earthquakes");
const dayMs = 86_400_000;

describe("a year's catalogue of earthquakes", { timeout: 60_000 }, () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= replay(rulesIn("earthquakes.weir"), "quakes", earthquakes.events(), { flushMs: dayMs }));
  beforeEach(earthquakes.skipIfMissing);

  test.for([
    ["Q1_ge3_mag4_1h", "three_of_4"],
    ["Q1b_ge3_mag5_1h", "three_of_5"],
    ["Q6_swarm_ge15_6h_cell", "swarm"],
    ["Q7_distinct_net_ge4_10m", "networks"],
  ] as const)("%s", ([question, rule]) => {
    expect(run().sliding(rule)).toEqual(earthquakes.sliding(question).halfOpen);
  });

  test("Q2: days with more than forty quakes of 4.5", () => {
    const days = run().flushed("busy_days");
    const counts = values(run().flushed("days"), "count") as number[];
    expect({
      days: days.map(({ at, data }) => [iso(at - dayMs).slice(0, 10), data["count"]]),
      "total_mag4.5": counts.reduce((sum, count) => sum + count, 0),
    }).toEqual(earthquakes.answer("Q2_days_gt40_mag4.5"));
  });

  test("Q3: ten aftershocks near a main shock within a day", () => {
    const answer = earthquakes.answer("Q3_mag6_then_10_aftershocks_24h_100km") as Record<string, number[][]>;
    const pairs = answer["[main_id,10th_id,mag,ts]"]?.map(([main, tenth]) => [main, tenth]);
    expect(sortedRows(run().alerts("aftershocks"), "main", "id")).toEqual(pairs);
  });

  test("Q4: a main shock without aftershock for a day", () => {
    const answer = earthquakes.answer("Q4_mag6_without_mag4_aftershock_24h_100km") as {
      ids: number[];
      pending_at_end: number[];
    };
    expect(values(run().alerts("no_aftershock"), "id")).toEqual(answer.ids);
    expect(run().ruleStats("no_aftershock").pending).toBe(answer.pending_at_end.length);
    expect(sortedIds(run().flushed("no_aftershock"))).toEqual([...answer.ids, ...answer.pending_at_end]);
  });

  test("Q5: all pairs in which the second is a magnitude larger", () => {
    const { list, distinct_B } = earthquakes.answer("Q5_escalation_pairs_1h_50km") as {
      list: number[][];
      distinct_B: number;
    };
    const pairs = run().alerts("escalation");
    expect(sortedRows(pairs, "before", "id", "before_mag", "mag")).toEqual(list);
    expect(new Set(values(pairs, "id")).size).toBe(distinct_B);
    expect(run().ruleStats("escalation").limited).toBe(0);
  });

  test("Q8: larger than every quake of the thirty days before", () => {
    const { list } = earthquakes.answer("Q8_new_30day_maximum") as { list: [number, number, string][] };
    const records = run().alerts("record");
    expect(records.map(({ data }) => [data["id"], data["mag"], iso(data["at"] as number)])).toEqual(list);
  });
});
