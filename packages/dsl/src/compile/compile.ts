import type { Plan, TestPlan } from "@weir/core";
import type { Diagnostic } from "../diagnostic.ts";
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

/**
 * Compiles the text of a rule file into the plan that an engine runs.
 *
 * Errors  none thrown, whatever the text: they are diagnostics.
 */
export function compile(text: string, options: CompileOptions = {}): CompileResult {
  const unit = readUnit(null, text);
  const { plan, tests } = compileUnits([unit], hostFunctions(options));
  const diagnostics = unit.report.all();
  return plan === null ? { ok: false, diagnostics } : { ok: true, plan, tests, diagnostics };
}
