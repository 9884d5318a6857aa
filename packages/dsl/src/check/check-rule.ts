import type { Expr, RuleDecl } from "../ast.ts";
import { checkBranches } from "./check-branches.ts";
import { checkCondition } from "./check-expression.ts";
import { checkInto } from "./check-into.ts";
import { checkKeys } from "./check-keys.ts";
import { checkSequence } from "./check-sequence.ts";
import { checkFrom } from "./check-sources.ts";
import { checkState } from "./check-state.ts";
import { checkWindow } from "./check-window.ts";
import { isTooLarge, MAX_SIZE, measure } from "./measure.ts";
import type { Names, RuleInfo } from "./names.ts";
import { contradictionOf } from "./never-true.ts";
import type { Report } from "./report.ts";
import { readRuleFacts, type RuleFacts } from "./rule-facts.ts";
import { ruleScope, sequenceScope } from "./rule-scope.ts";

/** Most nodes of the expressions of all rules together, with their LETs written out. */
const MAX_TOTAL_SIZE = 1_000_000;

/** What is left of the nodes that the rules of one compilation may have. */
export interface Budget {
  left: number;
}

export function newBudget(): Budget {
  return { left: MAX_TOTAL_SIZE };
}

/** Reports what is wrong with a rule; gives what follows from its clauses, or `null` where it is too large to be looked at. */
export function checkRule(rule: RuleInfo, names: Names, known: ReadonlySet<string>, budget: Budget): RuleFacts | null {
  const { decl, unit } = rule;
  const { report } = unit;
  if (!checkSizes(rule, names, budget)) return null;
  const facts = readRuleFacts(rule, names);
  const { sequence } = facts;
  if (decl.from !== undefined) checkFrom(decl.from, names, known, report);
  if (decl.window !== undefined) checkWindow(decl.window, names, report);
  if (decl.where !== undefined) {
    const inSequence = sequence === null ? null : { aliases: sequence.aliases, broken: false, keys: new Map() };
    checkCondition(decl.where, ruleScope(facts, names, "WHERE", facts.streams, inSequence), "WHERE");
    checkLetsThrough(decl.where, names, report);
  }
  const before = report.errors;
  const keyTypes = checkKeys(facts, names);
  const keysAreSound = report.errors === before;
  checkSequence(facts, names, known);
  const streams = sequence === null ? facts.streams : sequence.last;
  const data = checkBranches(facts, names, streams, sequenceScope(facts, keyTypes), keysAreSound);
  for (const [i, { emit }] of decl.branches.entries()) {
    if (emit.into !== undefined) checkInto(emit.into, data[i] ?? new Map(), facts, keyTypes, names);
  }
  checkState(facts, names);
  return facts;
}

/** A WHERE that no event meets. */
function checkLetsThrough(where: Expr, names: Names, report: Report): void {
  const found = contradictionOf([{ expr: where, aliases: new Set() }], names);
  if (found === null) return;
  const beside = found.beside === null ? "" : ` beside ${report.quote(found.beside)}`;
  report.warning("never-true", found.span, `${report.quote(found.span)} is never TRUE${beside}`, {
    hint: "the rule takes no event",
  });
}

function checkSizes({ decl, unit, name }: RuleInfo, names: Names, budget: Budget): boolean {
  let sound = true;
  for (const expr of allExpressions(decl)) {
    const measured = measure(expr, (let_) => names.lets.get(let_));
    budget.left -= measured.size;
    if (!isTooLarge(measured)) continue;
    sound = false;
    unit.report.error(
      "too-large",
      expr.span,
      `the expression has more than ${MAX_SIZE} parts, or is higher than 1,000, when its LETs are written out`,
    );
  }
  if (budget.left >= 0) return sound;
  unit.report.error(
    "too-large",
    decl.name?.span ?? decl.span,
    `with rule \`${name}\` the expressions of all rules have more than ${MAX_TOTAL_SIZE} parts`,
  );
  return false;
}

function allExpressions(decl: RuleDecl): readonly Expr[] {
  const steps = decl.sequence?.steps.flatMap((step) => (step.kind === "group" ? step.members : [step])) ?? [];
  const branches = decl.branches.flatMap(({ when, emit }) => [
    when,
    ...(emit.message?.parts.filter((part) => typeof part !== "string") ?? []),
    ...(emit.data?.map(({ value }) => value) ?? []),
  ]);
  const all = [
    decl.where,
    ...(decl.by?.map(({ expr }) => expr) ?? []),
    ...steps.flatMap(({ where, by = [] }) => [where, ...by]),
    ...branches,
    decl.cooldown?.per,
  ];
  return all.filter((expr) => expr !== undefined);
}
