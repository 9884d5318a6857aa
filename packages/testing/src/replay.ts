import { type Alert, createEngine, type EngineOptions, type EngineStats, type EventData, type Plan } from "@weir/core";
import { compileRules } from "./rules.ts";

/** An event as it is given to an engine. */
export interface Offered {
  readonly stream: string;
  readonly event: EventData;
}

export interface ReplayOptions
  extends Pick<EngineOptions, "params" | "tables" | "functions" | "lateness" | "explain" | "now"> {
  /** Where the clock is moved to at the end, epoch milliseconds. Default: it stops at the last event. */
  readonly until?: number;
}

export interface Replayed {
  readonly alerts: readonly Alert[];
  readonly stats: EngineStats;
}

/**
 * Runs rules, as text or compiled, over events in the order in which they come.
 *
 * Errors  `RulesError` where the text has errors; `EngineOptionError` where options do not fit the rules.
 */
export function replay(rules: string | Plan, events: Iterable<Offered>, options: ReplayOptions = {}): Replayed {
  const plan = typeof rules === "string" ? compileRules(rules).plan : rules;
  const { until, ...engineOptions } = options;
  const engine = createEngine(plan, engineOptions);
  const alerts: Alert[] = [];
  for (const { stream, event } of events) alerts.push(...engine.push(stream, event));
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...engine.advanceTo(until));
  return { alerts, stats: engine.stats() };
}
