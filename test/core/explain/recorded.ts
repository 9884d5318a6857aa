import { createEngine, type Engine, type ExplainOptions } from "@weir/core";
import { compile } from "@weir/dsl";

/** Events at times in seconds: `[2, "logins", { user: "u1" }]`. */
export type Timed = readonly (readonly [seconds: number, stream: string, fields: Readonly<Record<string, unknown>>])[];

/** An explained engine that has run over events. */
export function recorded(
  rules: string,
  events: Timed,
  { until, explain = true }: { readonly until?: number; readonly explain?: boolean | ExplainOptions } = {},
): Engine {
  const { plan, diagnostics } = compile(rules);
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const engine = createEngine(plan, { explain });
  for (const [seconds, stream, fields] of events) engine.push(stream, { ...fields, ts: seconds * 1000 });
  engine.finish();
  if (until !== undefined) engine.advanceTo(until * 1000);
  return engine;
}

/** Times of tests: seconds from 0. */
export const inSeconds = { time: (ms: number): string => `${ms / 1000}s` };

/** The same event at several times. */
export function at(seconds: readonly number[], stream: string, fields: Readonly<Record<string, unknown>>): Timed {
  return seconds.map((second) => [second, stream, fields] as const);
}
