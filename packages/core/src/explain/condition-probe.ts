import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { CompareOp, PlanExpr, RulePlan } from "../plan.ts";
import { toJson } from "../values/to-json.ts";
import { typeOf } from "../values/type-of.ts";
import type { Value } from "../value.ts";
import { opposite } from "../expression/opposite.ts";
import { comparisonCloseness, togetherCloseness } from "./closeness.ts";
import type { ConditionPart, Term } from "./condition-part.ts";
import { expressionText } from "./expression-text.ts";
import { innerTerms } from "./inner-terms.ts";

/** What a probe read at one evaluation; `ConditionProbe.show` makes it readable. */
export interface Reading {
  /** In the order of the parts of the condition. */
  readonly values: Value[];
  readonly truths: (boolean | null)[];
  closeness: number;
}

/** How a probe compiles the expressions that it reads: as the rule itself does. */
export type CompileExpr = (expr: PlanExpr) => Evaluate;

interface TermSource {
  readonly text: string;
  readonly evaluate: Evaluate;
}

interface Node {
  readonly op: ConditionPart["op"];
  readonly text: string;
  readonly parts: readonly Node[];
  readonly compare: { readonly left: TermSource; readonly cmp: CompareOp; readonly right: TermSource } | null;
  readonly terms: readonly TermSource[];
  readonly truth: Evaluate;
  /** How near it came where it is not TRUE. */
  readonly closeness: (context: EvalContext) => number;
}

/** Reads what the parts of a condition come to, in the context in which the condition itself is evaluated. */
export class ConditionProbe {
  readonly #root: Node;

  constructor(expr: PlanExpr, rule: RulePlan, compile: CompileExpr) {
    this.#root = nodeOf(expr, rule, compile);
  }

  /** The parts that AND joins; the whole where it joins none. */
  get joined(): readonly string[] {
    return joinedParts(this.#root).map(({ text }) => text);
  }

  /** Which of the joined parts is not TRUE, by position. */
  notTrue(context: EvalContext): readonly number[] {
    return joinedParts(this.#root).flatMap(({ truth }, i) => (truth(context) === true ? [] : [i]));
  }

  read(context: EvalContext): Reading {
    const reading: Reading = { values: [], truths: [], closeness: 0 };
    reading.closeness = readNode(this.#root, context, reading);
    return reading;
  }

  show(reading: Reading): ConditionPart {
    const cursor = { value: 0, truth: 0 };
    return showNode(this.#root, reading, cursor);
  }
}

function joinedParts(root: Node): readonly Node[] {
  return root.op === "and" ? root.parts : [root];
}

function nodeOf(expr: PlanExpr, rule: RulePlan, compile: CompileExpr): Node {
  const text = expressionText(expr, rule);
  const truth = compile(expr);
  const base = { text, truth, compare: null, parts: [], terms: [] };
  switch (expr.op) {
    case "and":
    case "or": {
      const parts = expr.args.map((arg) => nodeOf(arg, rule, compile));
      const closeness = (context: EvalContext): number => {
        const all = parts.map((part) => closenessOf(part, context));
        return expr.op === "and" ? togetherCloseness(all) : Math.max(...all);
      };
      return { ...base, op: expr.op, parts, closeness };
    }
    case "not": {
      const part = nodeOf(expr.arg, rule, compile);
      const { compare } = part;
      const closeness = (context: EvalContext): number =>
        compare === null ? unknownOr0(truth(context)) : comparisonAt(compare, opposite[compare.cmp], context);
      return { ...base, op: "not", parts: [part], closeness };
    }
    case "compare": {
      const side = (part: PlanExpr): TermSource => ({ text: expressionText(part, rule), evaluate: compile(part) });
      const compare = { left: side(expr.left), cmp: expr.cmp, right: side(expr.right) };
      const terms = [...innerTerms(expr.left, rule), ...innerTerms(expr.right, rule)];
      return {
        ...base,
        op: "compare",
        compare,
        terms: sourcesOf(terms, compile),
        closeness: (context) => comparisonAt(compare, expr.cmp, context),
      };
    }
    case "between": {
      const [arg, low, high] = [compile(expr.arg), compile(expr.low), compile(expr.high)];
      const closeness = (context: EvalContext): number => {
        const value = arg(context);
        if (expr.not) return unknownOr0(truth(context));
        const fromLow = comparisonCloseness(">=", value, low(context));
        const fromHigh = comparisonCloseness("<=", value, high(context));
        // Outside, the nearer bound is the one that was missed.
        return Math.max(fromLow, fromHigh);
      };
      return { ...base, op: "test", terms: sourcesOf(innerTerms(expr, rule), compile), closeness };
    }
    default:
      return {
        ...base,
        op: "test",
        terms: sourcesOf(innerTerms(expr, rule), compile),
        closeness: (context) => unknownOr0(truth(context)),
      };
  }
}

function sourcesOf(terms: Iterable<readonly [string, PlanExpr]>, compile: CompileExpr): TermSource[] {
  return [...new Map(terms)].map(([text, expr]) => ({ text, evaluate: compile(expr) }));
}

function comparisonAt({ left, right }: NonNullable<Node["compare"]>, cmp: CompareOp, context: EvalContext): number {
  return comparisonCloseness(cmp, left.evaluate(context), right.evaluate(context));
}

function unknownOr0(truth: Value): number {
  return truth === null ? -1 : 0;
}

function closenessOf(node: Node, context: EvalContext): number {
  return node.truth(context) === true ? 1 : node.closeness(context);
}

function readNode(node: Node, context: EvalContext, reading: Reading): number {
  const truth = node.truth(context);
  reading.truths.push(typeof truth === "boolean" ? truth : null);
  const closeness = truth === true ? 1 : node.closeness(context);
  reading.values.push(closeness);
  if (node.compare !== null) {
    reading.values.push(node.compare.left.evaluate(context), node.compare.right.evaluate(context));
  }
  for (const { evaluate } of node.terms) reading.values.push(evaluate(context));
  for (const part of node.parts) readNode(part, context, reading);
  return closeness;
}

function showNode(node: Node, reading: Reading, cursor: { value: number; truth: number }): ConditionPart {
  const next = ({ text }: TermSource): Term => {
    const value = reading.values[cursor.value++] ?? null;
    return { text, value: toJson(value), type: typeOf(value) };
  };
  const truth = reading.truths[cursor.truth++] ?? null;
  const closeness = reading.values[cursor.value++] as number;
  const { compare, op, text } = node;
  const sides = compare === null ? null : { left: next(compare.left), cmp: compare.cmp, right: next(compare.right) };
  const terms = node.terms.map(next);
  const parts = node.parts.map((part) => showNode(part, reading, cursor));
  return { op, text, truth, closeness, parts, compare: sides, terms };
}
