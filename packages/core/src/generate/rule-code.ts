import type { EventRule } from "../engine/event-rule.ts";
import type { Group } from "../engine/group.ts";
import type { AggregateUse, GroupWindow } from "../engine/group-window.ts";
import type { RuleRunner } from "../engine/rule-runner.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import { compileExpression } from "../expression/compile-expression.ts";
import type { PlanExpr, RulePlan } from "../plan.ts";
import { Moments } from "../window/moments.ts";
import type { AggregateReader } from "../window/part.ts";
import { type BoundedCount, comparedCountCode, countCode } from "./bounded-code.ts";
import { type CodeScope, ExpressionCode, type NumberCode } from "./expression-code.ts";
import { numberBefore, speedCode } from "./history-code.ts";
import { KeptNumbers } from "./kept-numbers.ts";
import type { RecordCode } from "./record-code.ts";
import { literal, type Source } from "./source.ts";
import { readCode } from "./window-code.ts";

/** A rule that is evaluated at events, and what its code is made from. */
export interface BuiltRule {
  readonly rule: RulePlan;
  readonly runner: EventRule;
  readonly uses: readonly AggregateUse[];
  readonly scope: ExpressionScope | null;
}

/** Makes the scope of code for a rule or group. */
export type ScopeOf = (source: Source, more: Partial<CodeScope> & Pick<CodeScope, "closure">) => CodeScope;

/** Which branches of a rule hold. */
export interface TruthCode {
  /** A number with a bit each. */
  readonly bits: string;
  /** The condition of the only branch; `null` where there are more. */
  readonly only: string | null;
  /** What is to be declared before; `null`: nothing. */
  readonly declared: string | null;
}

export function truthCode({ rule }: BuiltRule, scope: CodeScope): TruthCode {
  const code = new ExpressionCode(scope);
  const conditions = rule.branches.map(({ when }) => (when === null ? "true" : code.isTrue(when)));
  const declared = scope.kept?.declared ?? null;
  if (conditions.length === 1) return { bits: `(${conditions[0]!} ? 1 : 0)`, only: conditions[0]!, declared };
  return { bits: conditions.map((condition, i) => `(${condition} ? ${1 << i} : 0)`).join(" | "), only: null, declared };
}

/** Writes how a rule goes on from its truths; `ready` makes the context ready for it. */
export function writeRun(source: Source, record: RecordCode, built: BuiltRule, truth: TruthCode, ready: string): void {
  if (truth.declared !== null) source.line(truth.declared);
  const { runner, rule } = built;
  const r = source.ref(runner);
  const { episodes } = runner;
  const [episode] = episodes;
  const [branch] = rule.branches;
  if (truth.only !== null && episode !== undefined && episode.holdMs !== null && !branch!.each) {
    const openedAt = record.floatAt(episode.openedAt);
    const isFirst = `if (${openedAt} === Infinity) { ${ready}${r}.onTruth(slot, t, 1); }`;
    const isOver = `if (${openedAt} <= t - ${literal(episode.holdMs)}) { ${ready}${r}.onTruth(slot, t, 0); }`;
    source.line(`if (${truth.only}) { ${isFirst} } else ${isOver}`);
    return;
  }
  if (truth.only !== null && episode === undefined) {
    source.line(`if (${truth.only}) { ${ready}${r}.onTruth(slot, t, 1); }`);
    return;
  }
  const bits = source.temporary();
  const open = episodes.map(({ openedAt }) => ` || ${record.floatAt(openedAt)} !== Infinity`).join("");
  source.line(`const ${bits} = ${truth.bits};`);
  source.line(`if (${bits} !== 0${open}) { ${ready}${r}.onTruth(slot, t, ${bits}); }`);
}

/** Writes a rule of which nothing but its runner is known. */
export function writeRunner(source: Source, runner: RuleRunner): void {
  source.line(`${source.ref(runner)}.onEvent(slot, t);`);
}

/** Whether conditions read, of aggregates, only what they are before the event in windows that nothing leaves, and no history. */
export function isKnownBefore({ rule, uses }: BuiltRule): boolean {
  const read = { aggregates: new Set<number>(), history: false };
  collect(
    rule.branches.map(({ when }) => when),
    read,
  );
  return (
    !read.history &&
    read.aggregates.size > 0 &&
    [...read.aggregates].every((index) => {
      const { prior, window } = uses[index]!;
      return prior !== null && window.store.glue?.kind === "growing";
    })
  );
}

function collect(node: unknown, read: { readonly aggregates: Set<number>; history: boolean }): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, read);
  } else if (typeof node === "object" && node !== null) {
    const { op, index } = node as { readonly op?: unknown; readonly index?: unknown };
    if (op === "aggregate" && typeof index === "number") read.aggregates.add(index);
    if (op === "prev" || op === "elapsed" || op === "speed") read.history = true;
    for (const part of Object.values(node)) collect(part, read);
  }
}

/** The truths of a rule that `isKnownBefore` its event is added; `null` where a closure reads aggregates, which knows them later only. */
export function truthBefore(
  group: Group,
  built: BuiltRule,
  source: Source,
  record: RecordCode,
  scopeOf: ScopeOf,
): TruthCode | null {
  const scope = ruleScope(group, built, built.scope!, source, record, scopeOf, true);
  let isKnown = true;
  const closure: CodeScope["closure"] = (expr) => {
    const read = { aggregates: new Set<number>(), history: false };
    collect(expr, read);
    if (read.aggregates.size > 0) isKnown = false;
    return scope.closure(expr);
  };
  const truth = truthCode(built, { ...scope, closure });
  return isKnown ? truth : null;
}

/** The scope of a rule's conditions at its event; with `before`, just before the event is added. */
export function ruleScope(
  group: Group,
  { rule, uses }: BuiltRule,
  scope: ExpressionScope,
  source: Source,
  record: RecordCode,
  scopeOf: ScopeOf,
  before = false,
): CodeScope {
  const closure = (expr: PlanExpr): ReturnType<typeof compileExpression> => compileExpression(expr, scope);
  const fields = new ExpressionCode(scopeOf(source, { closure }));
  return scopeOf(source, {
    closure,
    kept: new KeptNumbers(
      rule.branches.map(({ when }) => when),
      source,
    ),
    aggregate: (index) => aggregateCode(source, record, uses[index]!, before),
    comparedCount: (index, cmp, constant) => {
      const count = boundedCount(uses[index]!);
      return count === null ? null : comparedCountCode(count, cmp, constant, record);
    },
    isBelow: (mean, deviation, x, sigmas) => belowCode(source, uses[mean]!, uses[deviation]!, x, sigmas, before),
    history: (expr): NumberCode | null => {
      if (expr.op === "prev") {
        const field = group.history.fieldOf(expr.arg);
        return field === null ? null : { code: numberBefore(group.history, field, source), gives: "number" };
      }
      if (expr.op !== "speed") return null;
      const code = speedCode(group, source, fields, expr.lat, expr.lon);
      return code === null ? null : { code, gives: "number" };
    },
  });
}

function aggregateCode(source: Source, record: RecordCode, use: AggregateUse, before: boolean): NumberCode | null {
  const { window, index, prior } = use;
  const { glue } = window.store;
  if (glue?.kind === "bounded") {
    const count = boundedCount(use);
    return count === null ? null : { code: countCode(count, source), gives: "number" };
  }
  const reader = window.store.readers[index]!;
  const gives = reader.gives === "value" ? "value" : "number";
  if (prior === null || before) {
    return { code: countedCode(window, reader, record) ?? readCode(source, reader), gives };
  }
  const values = source.ref(gives === "value" ? window.priorValues : window.priorNumbers);
  return { code: `${values}[${prior}]`, gives };
}

/** Asks those that keep both of an argument, where they are asked for what they are then. */
function belowCode(
  source: Source,
  mean: AggregateUse,
  deviation: AggregateUse,
  x: string,
  sigmas: number,
  before: boolean,
): string | null {
  if (!before && (mean.prior !== null || deviation.prior !== null)) return null;
  const { target, method } = mean.window.store.readers[mean.index]!;
  const other = deviation.window.store.readers[deviation.index]!;
  const isOfOne = target instanceof Moments && target === other.target;
  if (!isOfOne || method !== "mean" || other.method !== "deviation") return null;
  return `${source.ref(target)}.isBelow(slot, ${x}, ${source.ref(sigmas)}, ${literal(other.args[0]!)})`;
}

/** How many events a window holds, read where that lies; `null` of other aggregates. */
function countedCode({ store: { glue } }: GroupWindow, reader: AggregateReader, record: RecordCode): string | null {
  if (reader.divisor !== 1) return null;
  if (glue?.kind === "growing" && reader.target === glue.events) return record.float(glue.events.totals);
  if (glue?.kind !== "paned" || reader.target !== glue.view) return null;
  return `((${record.intAt(glue.ring.tailOffset)} - ${record.intAt(glue.view.layout.head)}) | 0)`;
}

/** What an aggregate of a bounded window counts; `null` where it is another aggregate, or of another window. */
export function boundedCount({ window, index }: AggregateUse): BoundedCount | null {
  const { glue, readers } = window.store;
  if (glue?.kind !== "bounded") return null;
  const { method, args } = readers[index]!;
  if (method === "count") return { of: "events", window: glue };
  return method === "values" ? { of: "values", window: glue, recent: args[0]! } : null;
}
