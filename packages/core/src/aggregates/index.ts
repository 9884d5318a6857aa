import type { AggregateRecord } from "./aggregate-record.ts";
import { approximateDistinct, approximatePercentile } from "./approximate.ts";
import { average } from "./average.ts";
import { count } from "./count.ts";
import { populationDeviation, standardDeviation, variance } from "./deviations.ts";
import { first, last } from "./ends.ts";
import { max, min } from "./extremes.ts";
import { median, percentile } from "./percentiles.ts";
import { rate } from "./rate.ts";
import { sum } from "./sum.ts";
import { zScore } from "./z-score.ts";

/** All aggregates of the language, in the order of the reference page. */
export const aggregateRecords: readonly AggregateRecord[] = [
  count,
  sum,
  average,
  min,
  max,
  first,
  last,
  standardDeviation,
  populationDeviation,
  variance,
  median,
  percentile,
  rate,
  zScore,
  approximateDistinct,
  approximatePercentile,
];

const byName: ReadonlyMap<string, AggregateRecord> = new Map(aggregateRecords.map((record) => [record.name, record]));

/** The aggregate of that name, in any case. */
export function aggregateByName(name: string): AggregateRecord | undefined {
  return byName.get(name.toUpperCase());
}
