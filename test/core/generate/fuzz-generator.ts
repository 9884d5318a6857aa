import { type Alert, createEngine, type EngineOptions } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { type Hostile, type HostileFile, hostileFiles } from "./hostile-rules.ts";
import { hostileNames, hostileText, takeRuns } from "./hostile-text.ts";

/** Rules of hostile names and texts; what of the language they use is by chance too. */
export const hostile: fc.Arbitrary<{ readonly kind: string; readonly given: Hostile }> = fc.record({
  kind: fc.constantFrom(...Object.keys(hostileFiles)),
  given: fc.record({ names: hostileNames(12), text: hostileText, other: hostileText }),
});

/** What generated code did with a file of rules. */
export interface Outcome {
  readonly alerts: readonly Alert[];
  /** How often a text of the rules was run. */
  readonly ran: number;
}

/** Runs a file; `null` where the compiler refuses it. */
export function runFile(file: HostileFile, mode: EngineOptions["mode"]): Outcome | null {
  const compiled = compile(file.rules);
  if (!compiled.ok) return null;
  takeRuns();
  const engine = createEngine(compiled.plan, { ...file.options, mode: mode ?? "generated" });
  const alerts = file.events.flatMap(({ stream, event }) => engine.push(stream, event));
  alerts.push(...engine.finish());
  return { alerts, ran: takeRuns() };
}
