import type { EventRule } from "../engine/event-rule.ts";
import type { Group } from "../engine/group.ts";
import type { AggregateUse } from "../engine/group-window.ts";
import type { EvalContext } from "../evaluate.ts";
import { compileExpression, constantOf } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { Plan, PlanExpr, RulePlan, TypeName } from "../plan.ts";
import type { Row } from "../row.ts";
import { type CodeScope, ExpressionCode, type NumberCode } from "./expression-code.ts";
import { type GroupGlue, readCode, speedCode, writeGroup } from "./group-code.ts";
import { type CompiledTexts, Source } from "./source.ts";

/** A group and its rules that are evaluated at events. */
export interface BuiltGroup {
  readonly group: Group;
  /** One of its rules: source, filter and key are those of all. */
  readonly rule: RulePlan;
  readonly rules: BuiltRule[];
}

export interface BuiltRule {
  readonly rule: RulePlan;
  readonly runner: EventRule;
  readonly uses: readonly AggregateUse[];
  readonly scope: ExpressionScope | null;
}

/** One function is not to grow without end: engines optimise small ones better. */
const maxRules = 50;
const maxLength = 25_000;
/** Branches that fit into the bits of a number. */
const maxBranches = 30;

/** Generates the code of all groups and puts it in place; gives its text. To be called once the groups are sealed. */
export function generateCode(
  built: readonly BuiltGroup[],
  plan: Plan,
  base: Pick<ExpressionScope, "params" | "timeFields">,
  inEvent: ExpressionScope,
  context: EvalContext,
): string[] {
  const texts: string[] = [];
  const compiled: CompiledTexts = new Map();
  for (const { group, rule, rules } of built) {
    const fieldType = fieldTypes(plan, group.spec.from);
    const scopeOf = (source: Source, more: Partial<CodeScope> & Pick<CodeScope, "closure">): CodeScope => ({
      source,
      context,
      timeFields: base.timeFields,
      fieldType,
      constant: (expr) => constantOf(expr, base.params),
      aggregate: () => null,
      history: () => null,
      ...more,
    });
    const source = new Source();
    const scope = scopeOf(source, { closure: (expr) => compileExpression(expr, inEvent) });
    const key = rule.sequence === null ? rule.key.map(({ expr }) => expr) : null;
    writeGroup(group, { source, scope, where: rule.where, key });
    texts.push(source.text());
    group.useGlue(source.build(compiled) as GroupGlue);
    const waiting = rules.filter((one) => one.scope !== null && one.rule.branches.length <= maxBranches);
    while (waiting.length > 0) texts.push(writeTruths(group, waiting, scopeOf, compiled));
  }
  return texts;
}

/** Takes rules off the list, as many as one function may hold, and gives them their code. */
function writeTruths(
  group: Group,
  waiting: BuiltRule[],
  scopeOf: (source: Source, more: Partial<CodeScope> & Pick<CodeScope, "closure">) => CodeScope,
  compiled: CompiledTexts,
): string {
  const source = new Source();
  const truths: BuiltRule[] = [];
  while (waiting.length > 0 && truths.length < maxRules && source.length < maxLength) {
    const built = waiting.shift()!;
    const code = new ExpressionCode(scopeOf(source, ruleScope(group, built, built.scope!, source, scopeOf)));
    const bits = built.rule.branches.map(({ when }, i) => {
      if (when === null) return String(1 << i);
      return `(${code.isTrue(when)} ? ${1 << i} : 0)`;
    });
    source.line(`function truth${truths.length}(slot, row) {`);
    source.line("const d = row.data;");
    source.line(`return ${bits.join(" | ")};`);
    source.line("}");
    truths.push(built);
  }
  source.line(`return [${truths.map((_, i) => `truth${i}`).join(", ")}];`);
  const functions = source.build(compiled) as readonly ((slot: number, row: Row) => number)[];
  truths.forEach(({ runner }, i) => runner.useTruth(functions[i]!));
  return source.text();
}

function ruleScope(
  group: Group,
  { uses }: BuiltRule,
  scope: ExpressionScope,
  source: Source,
  scopeOf: (source: Source, more: Partial<CodeScope> & Pick<CodeScope, "closure">) => CodeScope,
): Partial<CodeScope> & Pick<CodeScope, "closure"> {
  const closure = (expr: PlanExpr): ReturnType<typeof compileExpression> => compileExpression(expr, scope);
  const fields = new ExpressionCode(scopeOf(source, { closure }));
  return {
    closure,
    aggregate: (index) => aggregateCode(source, uses[index]!),
    history: (expr): NumberCode | null => {
      if (expr.op === "prev") {
        const field = group.history.fieldOf(expr.arg);
        return field === null ? null : { code: `${source.ref(field.before)}.number(slot)`, gives: "number" };
      }
      if (expr.op !== "speed") return null;
      const code = speedCode(group, source, fields, expr.lat, expr.lon);
      return code === null ? null : { code, gives: "number" };
    },
  };
}

function aggregateCode(source: Source, { window, index, prior }: AggregateUse): NumberCode {
  const reader = window.store.readers[index]!;
  const gives = reader.gives === "value" ? "value" : "number";
  if (prior === null) return { code: readCode(source, reader), gives };
  const values = source.ref(gives === "value" ? window.priorValues : window.priorNumbers);
  return { code: `${values}[${prior}]`, gives };
}

/** What all of the streams declare a field as. */
function fieldTypes(plan: Plan, from: readonly string[] | null): (name: string) => TypeName {
  if (from === null) return () => "ANY";
  const streams = from.map((name) => plan.streams.find((stream) => stream.name === name));
  return (name) => {
    const types = new Set(streams.map((stream) => stream?.fields?.find((field) => field.name === name)?.type ?? "ANY"));
    const [type] = types;
    return types.size === 1 && type !== undefined ? type : "ANY";
  };
}
