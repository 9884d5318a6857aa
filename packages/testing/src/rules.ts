import type { Plan, TestPlan } from "@weir/core";
import { compile, type CompileOptions, renderDiagnostic } from "@weir/dsl";

/** Rules that compiled. */
export interface Rules {
  readonly plan: Plan;
  readonly tests: readonly TestPlan[];
}

/** Thrown where rules have errors; its message shows every one of them in the text. */
export class RulesError extends Error {
  override readonly name = "RulesError";
}

/** Compiles the text of rules. Throws `RulesError` where it has errors. */
export function compileRules(text: string, options: CompileOptions = {}): Rules {
  const compiled = compile(text, options);
  if (compiled.ok) return compiled;
  const errors = compiled.diagnostics.filter(({ level }) => level === "error");
  throw new RulesError(errors.map((error) => renderDiagnostic(error, text, "rules", { color: false })).join("\n"));
}
