import type { EvalContext } from "../evaluate.ts";
import { Explainer } from "../explain/explainer.ts";
import { mayGenerate } from "../generate/source.ts";
import type { Plan } from "../plan.ts";
import type { Value } from "../value.ts";
import { fromHost } from "../values/from-host.ts";
import { type Binding, EngineOptionError } from "./binding.ts";
import type { EngineOptions } from "./types.ts";

export function explainerOf(plan: Plan, explain: EngineOptions["explain"], context: EvalContext): Explainer | null {
  if (explain === undefined || explain === false) return null;
  return new Explainer(plan, explain === true ? {} : explain, context);
}

/** What is explained is logged by the closures. */
export function generatesCode({ explain, mode }: EngineOptions): boolean {
  if (explain !== undefined && explain !== false) return false;
  return mode === undefined ? mayGenerate() : mode === "generated";
}

/** The largest LATENESS that a stream of the file declares; else what the host gives; else 0. */
export function latenessOf(plan: Plan, binding: Binding, given: number | undefined): number {
  const declared = plan.streams.flatMap((stream) =>
    stream.lateness === null ? [] : [binding.millis(stream.lateness)],
  );
  const lateness = declared.length > 0 ? Math.max(...declared) : (given ?? 0);
  if (!Number.isInteger(lateness) || lateness < 0) {
    throw new EngineOptionError(`lateness is ${lateness}; it is whole milliseconds, 0 or more`);
  }
  return lateness;
}

export function hostFunctions(options: EngineOptions): ReadonlyMap<string, (...args: Value[]) => Value> {
  const functions = new Map<string, (...args: Value[]) => Value>();
  for (const [name, call] of Object.entries(options.functions ?? {})) {
    functions.set(name.toUpperCase(), (...args) => {
      try {
        return fromHost((call as (...given: Value[]) => unknown)(...args));
      } catch (error) {
        options.onFunctionError?.(name, error);
        return null;
      }
    });
  }
  return functions;
}

/** Throws where two plans differ in more than their rules. */
export function checkSameDeclarations(before: Plan, after: Plan): void {
  for (const part of ["version", "streams", "tables", "params"] as const) {
    if (before[part] !== after[part] && JSON.stringify(before[part]) !== JSON.stringify(after[part])) {
      throw new EngineOptionError(
        `the ${part} of the plan are others: an engine that runs changes its rules alone`,
        "make an engine of the new plan from a snapshot of this one, with `otherRules`",
      );
    }
  }
}
