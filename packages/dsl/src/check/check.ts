import { checkExpression } from "./check-expression.ts";
import { checkIntoCycles } from "./check-into.ts";
import { checkRule, newBudget } from "./check-rule.ts";
import { knownStreams } from "./check-sources.ts";
import { checkStream, checkTable } from "./check-streams.ts";
import { checkTest, testSurroundings } from "./check-tests.ts";
import type { Findings } from "./findings.ts";
import type { HostFunction, Names, Unit } from "./names.ts";
import { readNames } from "./read-names.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { letScope } from "./rule-scope.ts";

export interface Checked {
  readonly names: Names;
  /** In the order of the files. */
  readonly rules: readonly RuleFacts[];
  /** Nodes of expressions that further rules may have. */
  readonly left: number;
}

/**
 * Checks names, types and constructs of files that are compiled together; what it finds is in their reports.
 *
 * Errors  all of a file, whatever its syntax errors: what could not be read raises no error of its own.
 */
export function check(
  units: readonly Unit[],
  functions: ReadonlyMap<string, HostFunction>,
  findings: Findings | null = null,
): Checked {
  const names = readNames(units, functions, findings);
  for (const { file, report } of units) {
    for (const decl of file.declarations) {
      if (decl.kind === "stream") checkStream(decl, report);
      if (decl.kind === "table") checkTable(decl, report);
    }
  }
  const sound = { ...names, lets: checkLets(names) };
  const known = knownStreams(sound);
  const budget = newBudget();
  const rules = sound.rules.map((rule) => checkRule(rule, sound, known, budget)).filter((facts) => facts !== null);
  checkIntoCycles(rules);
  const surroundings = testSurroundings(sound, rules, known);
  for (const { decl, unit } of sound.tests) checkTest(decl, unit, surroundings);
  return { names: sound, rules, left: budget.left };
}

/** What is wrong with a LET wherever it is used is reported at it, once. They come innermost first. */
function checkLets(names: Names): Names["lets"] {
  const lets = new Map(names.lets);
  const current = { ...names, lets };
  for (const [name, info] of names.lets) {
    if (info.unsound) continue;
    const before = info.report.errors;
    const type = checkExpression(info.decl.value, letScope(current, info.report));
    lets.set(name, { ...info, type, unsound: info.report.errors > before });
  }
  return lets;
}
