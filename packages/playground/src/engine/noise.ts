import type { EventStore } from "../data/event-store.ts";
import { type AlertStore, keyText } from "./alert-store.ts";
import { labelledEvents, type Quality, qualityOf } from "./label-quality.ts";

/** How loud a rule is. */
export interface RuleNoise {
  readonly rule: string;
  readonly alerts: number;
  readonly perDayMean: number;
  readonly perDayP95: number;
  readonly topKeys: readonly { readonly key: string; readonly alerts: number }[];
  readonly keys: number;
  /** Stretches with at least 5 alerts of the rule within 10 minutes. */
  readonly bursts: number;
  readonly suppressed: number;
  readonly quality: Quality | null;
}

export interface Noise {
  /** Midnight UTC of the first day, and alerts by day, of all rules. */
  readonly firstDay: number;
  readonly perDay: readonly number[];
  readonly rules: readonly RuleNoise[];
}

const dayMs = 86_400_000;
const burstMs = 600_000;
const burstAlerts = 5;
const maxDays = 3660;

export interface NoiseRule {
  readonly name: string;
  readonly keyNames: readonly string[];
  /** How far an alert looks back, where that is bounded. */
  readonly windowMs: number | null;
  readonly suppressed: number;
}

/** Says how loud the rules of a run are, and how right where the events carry a label. */
export function noiseOf(
  store: EventStore,
  timeOf: (index: number) => number,
  range: { readonly from: number; readonly to: number },
  alerts: AlertStore,
  rules: readonly NoiseRule[],
  labelField: string | null,
): Noise {
  const firstDay = Math.floor(range.from / dayMs) * dayMs;
  const days = Math.min(maxDays, Math.floor((range.to - firstDay) / dayMs) + 1);
  const perDay = new Array<number>(days).fill(0);
  const byRule = rules.map((): number[] => []);
  for (let i = 0; i < alerts.kept; i++) {
    if (alerts.isResolved(i)) continue;
    byRule[alerts.rule(i)]!.push(i);
    const day = Math.floor((alerts.at(i) - firstDay) / dayMs);
    if (day >= 0 && day < days) perDay[day]!++;
  }
  const labelled = labelField === null ? null : labelledEvents(store, timeOf, labelField);
  return {
    firstDay,
    perDay,
    rules: rules.map(({ name, keyNames, windowMs, suppressed }, rule) => {
      const own = byRule[rule]!;
      const counts = new Array<number>(days).fill(0);
      for (const i of own) {
        const day = Math.floor((alerts.at(i) - firstDay) / dayMs);
        if (day >= 0 && day < days) counts[day]!++;
      }
      const keys = countKeys(alerts, own);
      return {
        rule: name,
        alerts: own.length,
        perDayMean: own.length / Math.max((range.to - range.from) / dayMs, 1 / 24),
        perDayP95: percentile(counts, 0.95),
        topKeys: keys.slice(0, 5),
        keys: keys.length,
        bursts: burstsOf(own.map((i) => alerts.at(i))),
        suppressed,
        quality: labelled === null ? null : qualityOf(store, alerts, own, labelled, keyNames, windowMs ?? 0),
      };
    }),
  };
}

function countKeys(alerts: AlertStore, own: readonly number[]): { key: string; alerts: number }[] {
  const counts = new Map<string, number>();
  for (const i of own) {
    const key = keyText(alerts.alert(i).key);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ key, alerts: count })).sort((a, b) => b.alerts - a.alerts);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function burstsOf(times: readonly number[]): number {
  let bursts = 0;
  let burstEnd = -Infinity;
  for (let i = burstAlerts - 1; i < times.length; i++) {
    if (times[i]! - times[i - burstAlerts + 1]! >= burstMs) continue;
    if (times[i - burstAlerts + 1]! > burstEnd) bursts++;
    burstEnd = times[i]!;
  }
  return bursts;
}
