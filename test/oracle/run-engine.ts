import { type Alert, createEngine, type EngineOptions, type EngineStats, type Plan } from "@weir/core";
import { compile } from "@weir/dsl";

export interface EngineRun {
  readonly alerts: readonly Alert[];
  readonly stats: EngineStats;
}

export type Offered = readonly { readonly stream: string; readonly event: Readonly<Record<string, unknown>> }[];

/** The plan of a text that must be valid. */
export function planOf(text: string): Plan {
  const { ok, plan, diagnostics } = compile(text);
  if (ok && plan !== undefined) return plan;
  throw new Error(
    `does not compile: ${diagnostics.map(({ code, message }) => `${code}: ${message}`).join("; ")}\n${text}`,
  );
}

/** Runs a recording through the engine. */
export function runEngine(
  plan: Plan,
  events: Offered,
  options: EngineOptions & { readonly until?: number | undefined } = {},
): EngineRun {
  const { until, ...given } = options;
  const engine = createEngine(plan, given);
  const alerts: Alert[] = [];
  for (const { stream, event } of events) alerts.push(...engine.push(stream, event));
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...engine.advanceTo(until));
  return { alerts, stats: engine.stats() };
}
