// Not rules: the labels of Q2 are the benchmark's verdict on the alerts of Q1, so the test counts them; the most frequent
// step of a series (Q3) is a fact about the whole file, which no rule sees before its end, so it comes as a table.

import type { Alert } from "@weir/core";
import { beforeEach, describe, expect, test } from "vitest";
import { type RecordedEvent, recording } from "./recording.ts";
import { iso, type Replay, replay, rulesIn, sortedIds, values } from "./replay.ts";

const nab = recording("nab");
const dayMs = 86_400_000;

interface Labels {
  readonly windows: readonly (readonly [string, string])[];
}

describe("47 series of measurements", { timeout: 120_000 }, () => {
  let whole: Replay | undefined;
  const run = () => (whole ??= start());
  beforeEach(nab.skipIfMissing);

  test("Q1: above the mean of the 100 values before by three standard deviations", () => {
    const answer = nab.answer("Q1_gt_mean_plus_3sd_prev100") as {
      events_true_sample_sd: number;
      events_true_population_sd: number;
      per_series: Record<string, unknown>;
    };
    const outliers = run().alerts("outlier");
    expect(outliers).toHaveLength(answer.events_true_sample_sd);
    expect(run().alerts("outlier_population")).toHaveLength(answer.events_true_population_sd);
    const perSeries = [...bySeries(outliers)].map(([series, alerts]) => [series, summary(sortedIds(alerts))]);
    expect(Object.fromEntries(perSeries)).toEqual(answer.per_series);
  });

  test("Q1: a flat series never fires", () => {
    const answer = nab.answer("Q1_gt_mean_plus_3sd_prev100") as {
      "within_1e-9_of_threshold": { n: number; fired: number[]; ids: number[] };
    };
    const { n, fired, ids } = answer["within_1e-9_of_threshold"];
    const flat = new Set<unknown>(ids);
    expect(flat.size).toBe(n);
    expect(values(run().alerts("outlier"), "id").filter((id) => flat.has(id))).toEqual(fired);
  });

  test("Q2: labelled anomalies in which an outlier lies", () => {
    const outliers = bySeries(run().alerts("outlier"));
    const labels = Object.entries(nab.json("LABELS.json") as Record<string, Labels>).map(([series, { windows }]) => {
      const times = (outliers.get(series) ?? []).map(({ at }) => at);
      const spans = windows.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const);
      const inside = (time: number) => spans.filter(([from, to]) => from <= time && time <= to).length > 0;
      const hit = spans.filter(([from, to]) => times.some((time) => from <= time && time <= to)).length;
      return { series, windows: windows.length, hit, total: times.length, inside: times.filter(inside).length };
    });
    expect({
      windows: sum(labels.map(({ windows }) => windows)),
      hit: sum(labels.map(({ hit }) => hit)),
      hits_total: sum(labels.map(({ total }) => total)),
      hits_inside_a_window: sum(labels.map(({ inside }) => inside)),
      per_series: Object.fromEntries(labels.map(({ series, hit, windows }) => [series, `${hit}/${windows}`])),
    }).toEqual(nab.answer("Q2_labelled_windows_hit"));
  });

  test("Q3: gaps in series that have a value every five minutes", () => {
    const gaps = run().alerts("gap");
    const perSeries = [...bySeries(gaps)].map(([series, alerts]) => {
      const lengths = values(alerts, "gap") as number[];
      const ids = values(alerts, "id");
      const longest = Math.max(...lengths);
      const resumed = {
        first_resume_id: ids[0],
        longest_ms: longest,
        longest_resume_id: ids[lengths.indexOf(longest)],
      };
      return [series, { gaps: alerts.length, ...resumed }] as const;
    });
    expect({ gaps: gaps.length, series: Object.fromEntries(perSeries) }).toEqual(
      nab.answer("Q3_gap_gt15m_in_5min_series"),
    );
  });

  test("Q4: three values above 40 in a row, once a run", () => {
    const answer = nab.answer("Q4_cpu_gt40_three_in_a_row") as {
      fires: number;
      ids: number[];
      per_series: Record<string, number>;
    };
    const busy = run().alerts("busy");
    expect(busy).toHaveLength(answer.fires);
    expect(sortedIds(busy).slice(0, 200)).toEqual(answer.ids);
    const perSeries = [...bySeries(busy)].map(([series, alerts]) => [series, alerts.length]);
    expect(Object.fromEntries(perSeries)).toEqual(answer.per_series);
  });

  test("Q5: less than half of exactly a week before", () => {
    const answer = nab.answer("Q5_taxi_half_of_last_week") as { fires: number; ids: number[]; first_ts: string };
    const low = run().alerts("half_of_last_week");
    expect(low).toHaveLength(answer.fires);
    expect(values(low, "id").slice(0, 100)).toEqual(answer.ids);
    expect(iso(values(low, "ts")[0] as number)).toBe(answer.first_ts);
  });

  test("Q6: sums by the day", () => {
    const days = run()
      .flushed("taxi_days")
      .map(({ at, data }) => [iso(at - dayMs).slice(0, 10), data["rides"] as number] as const)
      .sort(([, left], [, right]) => left - right);
    expect({
      days: days.length,
      lowest3: days.slice(0, 3),
      highest3: days.slice(-3).reverse(),
      total: sum(days.map(([, rides]) => rides)),
    }).toEqual(nab.answer("Q6_taxi_day_sums"));
  });

  test("Q7: ten low temperatures in an hour, on a grid of five minutes", () => {
    const { halfOpen, closed } = nab.sliding("Q7_machine_temp_lt50_ge10_in_1h");
    expect(run().sliding("cold")).toEqual(halfOpen);
    expect(run().sliding("cold_closed")).toEqual(closed);
  });
});

function start(): Replay {
  const events = nab.events();
  const steps = [...commonSteps(events)].map(([series, ms]) => ({ series, minutes: ms / 60_000 }));
  return replay(rulesIn("nab.weir"), "metrics", events, { tables: { steps }, flushMs: dayMs });
}

/** The most frequent distance of two values, by series; of equally frequent ones the first. */
function commonSteps(events: readonly RecordedEvent[]): Map<string, number> {
  const counts = new Map<string, Map<number, number>>();
  const last = new Map<string, number>();
  for (const event of events) {
    const series = event["series"] as string;
    const time = Date.parse(event.ts as string);
    const steps = counts.get(series) ?? new Map<number, number>();
    const step = time - (last.get(series) ?? Number.NaN);
    if (!Number.isNaN(step)) steps.set(step, (steps.get(step) ?? 0) + 1);
    counts.set(series, steps);
    last.set(series, time);
  }
  const mode = (steps: Map<number, number>) => [...steps].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
  return new Map([...counts].map(([series, steps]) => [series, mode(steps)]));
}

function bySeries(alerts: readonly Alert[]): Map<string, Alert[]> {
  return Map.groupBy(alerts, ({ key }) => key["series"] as string);
}

function summary(ids: readonly number[]): unknown {
  return { n: ids.length, first_id: ids[0], last_id: ids.at(-1), sum_of_ids: sum(ids) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
