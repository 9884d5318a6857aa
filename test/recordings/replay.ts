import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Alert, createEngine, type EngineOptions, type EngineStats, type RuleStats } from "@weir/core";
import { compile } from "@weir/dsl";
import type { RecordedEvent, SlidingAnswer } from "./recording.ts";

export interface ReplayOptions extends EngineOptions {
  /** How far the clock goes on behind the last event, in milliseconds; default 0. */
  readonly flushMs?: number;
}

export interface Replay {
  /** The alerts of a rule up to the last event. */
  alerts(rule: string): readonly Alert[];
  /** Those and the ones that fell due while the clock went on. */
  flushed(rule: string): readonly Alert[];
  /** Counts at the last event. */
  readonly stats: EngineStats;
  ruleStats(rule: string): RuleStats;
  /** The answer of a rule with EMIT EACH, as the oracles write it. */
  sliding(rule: string): SlidingAnswer;
}

/** The text of a file of rules in this folder. */
export function rulesIn(file: string): string {
  return readFileSync(join(import.meta.dirname, file), "utf8");
}

/** Runs rules over all events, pushed in the given order into one stream. */
export function replay(
  rules: string,
  stream: string,
  events: readonly RecordedEvent[],
  { flushMs = 0, ...options }: ReplayOptions = {},
): Replay {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  const engine = createEngine(compiled.plan, options);
  const inTime: Alert[] = [];
  for (const event of events) inTime.push(...engine.push(stream, event));
  inTime.push(...engine.finish());
  const stats = engine.stats();
  // Closures must say what generated code says, alert for alert.
  const interpreted = createEngine(compiled.plan, { ...options, mode: "interpreted" });
  const again = events.flatMap((event) => interpreted.push(stream, event));
  again.push(...interpreted.finish());
  assert.deepEqual(again, inTime);
  const all = flushMs === 0 ? inTime : [...inTime, ...engine.advanceTo((stats.clock ?? 0) + flushMs)];

  const ruleStats = (rule: string) => {
    const found = stats.rules.find((candidate) => candidate.rule === rule);
    if (found === undefined) throw new Error(`there is no rule \`${rule}\``);
    return found;
  };
  const ofRule = (alerts: readonly Alert[], rule: string) =>
    alerts.filter((alert) => alert.rule === ruleStats(rule).rule);
  return {
    alerts: (rule) => ofRule(inTime, rule),
    flushed: (rule) => ofRule(all, rule),
    stats,
    ruleStats,
    sliding: (rule) => slidingAnswer(ofRule(inTime, rule), ruleStats(rule)),
  };
}

/** One field of the data of each alert. */
export function values(alerts: readonly Alert[], field: string): unknown[] {
  return alerts.map((alert) => alert.data[field]);
}

/** Some fields of the data of each alert, ascending by the first, then by the second … */
export function sortedRows(alerts: readonly Alert[], ...fields: readonly string[]): number[][] {
  return alerts.map((alert) => fields.map((field) => alert.data[field] as number)).sort(byNumbers);
}

/** Orders by the first number that differs. */
export function byNumbers(left: readonly number[], right: readonly number[]): number {
  return left.reduce((order, value, i) => (order === 0 ? value - (right[i] ?? 0) : order), 0);
}

export function sortedIds(alerts: readonly Alert[]): number[] {
  return sortedRows(alerts, "id").flat();
}

export function ascending(ids: readonly number[]): number[] {
  return ids.toSorted((left, right) => left - right);
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** An alert that the COOLDOWN held back was an event at which the condition was TRUE. */
function slidingAnswer(alerts: readonly Alert[], stats: RuleStats): SlidingAnswer {
  const ids = values(alerts, "id") as number[];
  const first: Record<string, number> = {};
  alerts.forEach((alert, i) => {
    first[keyText(alert)] ??= ids[i] as number;
  });
  return {
    events_true: alerts.length + stats.suppressed,
    keys: Object.keys(first).length,
    first_id_per_key: first,
    fires_with_cooldown: ids.length,
    fires_with_cooldown_ids: ids,
  };
}

function keyText(alert: Alert): string {
  const parts = Object.values(alert.key);
  return parts.length === 0 ? "all" : parts.join(",");
}
