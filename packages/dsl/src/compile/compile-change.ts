import type { Plan, RulePlan } from "@weir/core";
import type { RuleDecl, SourceFile } from "../ast.ts";
import type { Checked } from "../check/check.ts";
import { checkRule } from "../check/check-rule.ts";
import type { HostFunction, Names, RuleInfo, Unit } from "../check/names.ts";
import { reportNotYet } from "../check/not-yet.ts";
import { Report } from "../check/report.ts";
import { MAX_RULES, MAX_TEXT_LENGTH } from "../limits.ts";
import { parsePart } from "../parse/parse.ts";
import { compileRule } from "./compile-rule.ts";

/** The word that begins a rule wherever it stands. */
const RULE = "RULE";

/** What is remembered of a text, to compile another one that differs from it in some rules. */
export interface CompiledText {
  readonly text: string;
  readonly plan: Plan;
  readonly names: Names;
  readonly functions: Readonly<Record<string, HostFunction>> | undefined;
  /** Where each rule begins. */
  readonly starts: readonly number[];
  readonly streams: ReadonlySet<string>;
  readonly durations: ReadonlySet<string>;
  /** Behind it there are rules alone. */
  readonly rulesFrom: number;
  /** Nodes of expressions that further rules may have. */
  readonly left: number;
}

/**
 * What is to be remembered of a text without diagnostics; `null` where a rule may mean something else because of another one: where rules
 * have no names, write streams, or are tested.
 */
export function remember(
  text: string,
  { declarations }: SourceFile,
  plan: Plan,
  { names, left }: Checked,
  functions: CompiledText["functions"],
): CompiledText | null {
  const rules = declarations.filter((declaration) => declaration.kind === "rule");
  if (names.tests.length > 0 || !rules.every((rule) => standsAlone(rule, text))) return null;
  const others = declarations.filter(({ kind }) => kind !== "rule");
  // What the parser takes for durations, without reading the text once more.
  const durations = [...names.params.values()].filter(({ type }) => type.name === "DURATION");
  if (
    !durations.every(
      ({ decl: { value, span } }) => value.kind === "duration" && !text.slice(span.start, span.end).includes("("),
    )
  ) {
    return null;
  }
  return {
    text,
    plan,
    names: { ...names, units: [], rules: [] },
    functions,
    starts: rules.map(({ span }) => span.start),
    streams: new Set(names.streams.keys()),
    durations: new Set(durations.map(({ decl }) => decl.name.text)),
    rulesFrom: Math.max(0, ...others.map(({ span }) => span.end)),
    left,
  };
}

/**
 * Compiles a text that differs from another one in some rules: only these are read and checked. `null` where that cannot be told, or where
 * there is something to say of them: then the whole text is to be read.
 */
export function compileChange(text: string, before: CompiledText): CompiledText | null {
  const part = changedPart(text, before);
  if (part === null || text.length > MAX_TEXT_LENGTH) return null;
  const { from, to, start, end, oldEnd } = part;
  const piece = text.slice(start, end);
  const { file, diagnostics } = parsePart(piece, before.durations);
  const rules = file.declarations.filter((declaration) => declaration.kind === "rule");
  if (diagnostics.length > 0 || rules.length < file.declarations.length) return null;
  if (!rules.every((rule) => standsAlone(rule, piece)) || rules[0]?.span.start !== 0) return null;
  const { plan } = before;
  const total = from + rules.length + plan.rules.length - to;
  const kept = [...plan.rules.slice(0, from), ...plan.rules.slice(to)];
  const taken = new Set([...kept.map(({ name }) => name), ...rules.map(({ name }) => name!.text)]);
  if (total > MAX_RULES || taken.size < total) return null;
  const unit: Unit = { name: null, file, report: new Report(piece, []) };
  const compiled = compileRules(rules, unit, before);
  if (compiled === null) return null;
  const known = new Map(plan.rules.slice(from, to).map((rule) => [rule.name, rule]));
  const fresh = compiled.plans.map((rule) => {
    const old = known.get(rule.name);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(rule) ? old : rule;
  });
  const { starts } = before;
  const shift = end - oldEnd;
  return {
    ...before,
    text,
    plan: { ...plan, rules: [...plan.rules.slice(0, from), ...fresh, ...plan.rules.slice(to)] },
    starts: [
      ...starts.slice(0, from),
      ...rules.map(({ span }) => start + span.start),
      ...starts.slice(to).map((at) => at + shift),
    ],
    left: compiled.left,
  };
}

function compileRules(
  decls: readonly RuleDecl[],
  unit: Unit,
  { names, streams, left }: CompiledText,
): { readonly plans: RulePlan[]; readonly left: number } | null {
  const budget = { left };
  const plans: RulePlan[] = [];
  for (const decl of decls) {
    const rule: RuleInfo = { decl, name: decl.name!.text, unit };
    const facts = checkRule(rule, names, streams, budget);
    if (facts === null || unit.report.all().length > 0) return null;
    const plan = compileRule(facts, names);
    reportNotYet(rule, plan);
    plans.push(plan);
  }
  return unit.report.all().length > 0 ? null : { plans, left: budget.left };
}

/** The rules `from` to `to` of before, which stood up to `oldEnd`, and the part of the text that stands in their place. */
interface ChangedPart {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  readonly oldEnd: number;
}

/** It begins with the last rule whose beginning is the same in both texts, and ends before the first from which on they are the same. */
function changedPart(text: string, { text: old, starts, rulesFrom }: CompiledText): ChangedPart | null {
  const most = Math.min(text.length, old.length);
  let same = 0;
  while (same < most && text.charCodeAt(same) === old.charCodeAt(same)) same++;
  let sameEnd = 0;
  while (
    sameEnd < most - same &&
    text.charCodeAt(text.length - 1 - sameEnd) === old.charCodeAt(old.length - 1 - sameEnd)
  ) {
    sameEnd++;
  }
  // One more unit than the word: with another letter behind it it would be another word.
  const from = starts.findLastIndex((at) => at + RULE.length < same);
  if (from === -1 || starts[from]! < rulesFrom) return null;
  // Behind a line break no comment goes on, and an open one of several lines is an error of the part.
  const to = starts.findIndex((at, i) => i > from && at - 1 >= old.length - sameEnd && old[at - 1] === "\n");
  const oldEnd = to === -1 ? old.length : starts[to]!;
  const end = text.length - (old.length - oldEnd);
  return { from, to: to === -1 ? starts.length : to, start: starts[from]!, end, oldEnd };
}

/** Whether a rule says the same whatever other rules there are. */
function standsAlone({ name, branches, span }: RuleDecl, text: string): boolean {
  return (
    name !== undefined && text.startsWith(RULE, span.start) && branches.every(({ emit }) => emit.into === undefined)
  );
}
