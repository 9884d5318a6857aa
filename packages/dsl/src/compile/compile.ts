import type { Plan, TestPlan } from "@weir/core";
import type { Diagnostic } from "../diagnostic.ts";
import { compileChange, type CompiledText, remember } from "./compile-change.ts";
import { type CompileOptions, compileUnits, hostFunctions, readUnit } from "./compile-files.ts";

/** A text compiled into a plan, or what is wrong with it. */
export type CompileResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly tests: readonly TestPlan[];
      /** Warnings and hints, in the order of the text. */
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly ok: false;
      readonly plan?: undefined;
      readonly tests?: undefined;
      /** Every error of the text, with warnings and hints. */
      readonly diagnostics: readonly Diagnostic[];
    };

export interface CompileTextOptions extends CompileOptions {
  /** What `compile` gave for a text that most rules of this one are from, with the same `functions`. */
  readonly previous?: CompileResult;
}

const compiled = new WeakMap<CompileResult, CompiledText>();

/**
 * Compiles the text of a rule file into the plan that an engine runs.
 *
 * With `previous` the result is the same. Where the texts differ in one stretch of named rules, only that is read and checked, and the plan
 * has the others as the very objects that they are in the one before: `engine.updateRules` knows them by that.
 *
 * Errors  none thrown, whatever the text: they are diagnostics.
 */
export function compile(text: string, options: CompileTextOptions = {}): CompileResult {
  const before = options.previous === undefined ? undefined : compiled.get(options.previous);
  if (before !== undefined && before.functions === options.functions) {
    const changed = compileChange(text, before);
    if (changed !== null) return remembered({ ok: true, plan: changed.plan, tests: [], diagnostics: [] }, changed);
  }
  const unit = readUnit(null, text);
  const { plan, tests, checked } = compileUnits([unit], hostFunctions(options));
  const diagnostics = unit.report.all();
  if (plan === null) return { ok: false, diagnostics };
  const result: CompileResult = { ok: true, plan, tests, diagnostics };
  if (diagnostics.length > 0) return result;
  return remembered(result, remember(text, unit.file, plan, checked, options.functions));
}

function remembered(result: CompileResult, text: CompiledText | null): CompileResult {
  if (text !== null) compiled.set(result, text);
  return result;
}
