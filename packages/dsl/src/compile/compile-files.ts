import { PLAN_VERSION, type Plan, type RulePlan, type TestPlan } from "@weir/core";
import { check, type Checked } from "../check/check.ts";
import type { Findings } from "../check/findings.ts";
import type { HostFunction, Unit } from "../check/names.ts";
import { reportNotYet } from "../check/not-yet.ts";
import { Report } from "../check/report.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { parse } from "../parse/parse.ts";
import { compileParams, compileStreams, compileTables } from "./compile-declarations.ts";
import { compileRule } from "./compile-rule.ts";
import { compileTest } from "./compile-test.ts";

export interface CompileOptions {
  /** Functions that the host registers with the engine, by name in any case. One of the library's name is not looked at. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
}

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

export interface FileDiagnostic {
  /** The name of the file. */
  readonly file: string;
  readonly diagnostic: Diagnostic;
}

/** Files compiled into one plan, or what is wrong with them. */
export type CompileFilesResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly tests: readonly TestPlan[];
      /** Warnings and hints. */
      readonly diagnostics: readonly FileDiagnostic[];
    }
  | {
      readonly ok: false;
      readonly plan?: undefined;
      readonly tests?: undefined;
      readonly diagnostics: readonly FileDiagnostic[];
    };

/**
 * Compiles rule files into one plan, whose rules run in the order of the files.
 *
 * What one file declares the others may use, and the same STREAM, TABLE, PARAM or LET may stand in several. Diagnostics are in the
 * order of the files, and of the text within one.
 */
export function compileFiles(files: readonly RuleFile[], options: CompileOptions = {}): CompileFilesResult {
  const units = files.map(({ name, text }) => readUnit(name, text));
  const { plan, tests } = compileUnits(units, hostFunctions(options));
  const diagnostics = units.flatMap(({ report }, i) =>
    report.all().map((diagnostic) => ({ file: files[i]?.name ?? "", diagnostic })),
  );
  return plan === null ? { ok: false, diagnostics } : { ok: true, plan, tests, diagnostics };
}

export interface CompiledUnits {
  /** `null`: there are errors. */
  readonly plan: Plan | null;
  readonly tests: readonly TestPlan[];
  readonly checked: Checked;
}

/** Reads a text, whose name is `null` where there is but one. */
export function readUnit(name: string | null, text: string): Unit {
  const { file, diagnostics } = parse(text);
  return { name, file, report: new Report(text, diagnostics) };
}

export function hostFunctions({ functions = {} }: CompileOptions): ReadonlyMap<string, HostFunction> {
  return new Map(Object.entries(functions).map(([name, known]) => [name.toUpperCase(), known]));
}

/** Checks and compiles what was read; `findings` takes what the checker finds out about expressions. */
export function compileUnits(
  units: readonly Unit[],
  functions: ReadonlyMap<string, HostFunction>,
  findings: Findings | null = null,
): CompiledUnits {
  const checked = check(units, functions, findings);
  const { names, rules } = checked;
  if (units.some(hasErrors)) return { plan: null, tests: [], checked };
  const plans = rules.map((facts): RulePlan => {
    const plan = compileRule(facts, names);
    reportNotYet(facts.rule, plan);
    return plan;
  });
  if (units.some(hasErrors)) return { plan: null, tests: [], checked };
  const plan: Plan = {
    version: PLAN_VERSION,
    streams: compileStreams(names),
    tables: compileTables(names),
    params: compileParams(names),
    rules: plans,
  };
  const rulesOf = Map.groupBy(names.rules, ({ unit }) => unit);
  const ruleNames = new Map(units.map((unit) => [unit, (rulesOf.get(unit) ?? []).map(({ name }) => name)]));
  const tests = names.tests.map(({ decl, unit }) => compileTest(decl, unit, ruleNames.get(unit) ?? [], names));
  return { plan, tests, checked };
}

function hasErrors({ report }: Unit): boolean {
  return report.errors > 0 || report.all().some(({ level }) => level === "error");
}
