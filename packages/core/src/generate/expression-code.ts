import { opposite } from "../expression/opposite.ts";
import type { EvalContext, Evaluate } from "../evaluate.ts";
import { functionByName } from "../functions/index.ts";
import type { CompareOp, PlanExpr, TypeName } from "../plan.ts";
import type { Value } from "../value.ts";
import { fromHost } from "../values/from-host.ts";
import { finite, hostNumber, orNaN, valueNumber } from "./helpers.ts";
import type { KeptNumbers } from "./kept-numbers.ts";
import { quoted, type Source } from "./source.ts";
import { flipped } from "../expression/flipped.ts";

/** A number per event that code can read. */
export interface NumberCode {
  readonly code: string;
  /** NaN stands for NULL; `value`: it may be of another type. */
  readonly gives: "number" | "value";
}

/** What expressions of one rule or group reach. */
export interface CodeScope {
  readonly source: Source;
  readonly context: EvalContext;
  readonly timeFields: ReadonlySet<string>;
  /** What the streams that come here declare a field as; `ANY` where they do not agree or say nothing. */
  fieldType(name: string): TypeName;
  /** The value of a constant or PARAM; `undefined` of what is no constant. */
  constant(expr: PlanExpr): Value | undefined;
  /** How an aggregate is read; `null` where only its closure can. */
  aggregate(index: number): NumberCode | null;
  /** Whether an aggregate compares with a number as asked, where there is a quicker way to tell than to read it; else `null`. */
  comparedCount(index: number, cmp: CompareOp, constant: number): string | null;
  /** Other things that are read of the key's history; `null` where only a closure can. */
  history(expr: PlanExpr): NumberCode | null;
  /**
   * Whether a number is certainly less than so many deviations (an aggregate) above the mean (another); `null` where there is no quick
   * way to tell.
   */
  isBelow(mean: number, deviation: number, x: string, sigmas: number): string | null;
  /** Where code asks for numbers more than once. */
  readonly kept: KeptNumbers | null;
  /** The closure of an expression, for what code is not generated for. */
  closure(expr: PlanExpr): Evaluate;
}

/**
 * Code for expressions of a plan, typed: numbers are plain numbers in which NaN stands for NULL, and of conditions it is asked
 * whether they are TRUE or whether they are FALSE, so that three-valued logic needs no third value.
 *
 * What is not worth code of its own is called as the closure that interprets it: it means the same by construction.
 * The code runs where `row` is the event, `d` its data, `slot` the key's and the context is set.
 */
export class ExpressionCode {
  readonly #scope: CodeScope;

  constructor(scope: CodeScope) {
    this.#scope = scope;
  }

  /** A condition of JavaScript: whether the expression is TRUE. */
  isTrue(expr: PlanExpr): string {
    const constant = this.#scope.constant(expr);
    if (constant !== undefined) return String(constant === true);
    switch (expr.op) {
      case "and":
        return joined(
          expr.args.map((arg) => this.isTrue(arg)),
          "&&",
        );
      case "or":
        return joined(
          expr.args.map((arg) => this.isTrue(arg)),
          "||",
        );
      case "not":
        return this.isFalse(expr.arg);
      case "compare":
        return this.#compare(expr, expr.cmp) ?? this.#interpreted(expr, true);
      case "between": {
        const bounds = this.#bounds(expr);
        if (bounds === null) return this.#interpreted(expr, true);
        const [x, low, high] = bounds;
        return expr.not ? this.#outside(x, low, high) : this.#inside(x, low, high);
      }
      case "in":
        return this.#in(expr, !expr.not) ?? this.#interpreted(expr, true);
      default:
        return this.#interpreted(expr, true);
    }
  }

  /** A condition of JavaScript: whether the expression is FALSE. */
  isFalse(expr: PlanExpr): string {
    const constant = this.#scope.constant(expr);
    if (constant !== undefined) return String(constant === false);
    switch (expr.op) {
      case "and":
        return joined(
          expr.args.map((arg) => this.isFalse(arg)),
          "||",
        );
      case "or":
        return joined(
          expr.args.map((arg) => this.isFalse(arg)),
          "&&",
        );
      case "not":
        return this.isTrue(expr.arg);
      case "compare":
        return this.#compare(expr, opposite[expr.cmp]) ?? this.#interpreted(expr, false);
      case "between": {
        const bounds = this.#bounds(expr);
        if (bounds === null) return this.#interpreted(expr, false);
        const [x, low, high] = bounds;
        return expr.not ? this.#inside(x, low, high) : this.#outside(x, low, high);
      }
      case "in":
        return this.#in(expr, expr.not) ?? this.#interpreted(expr, false);
      default:
        return this.#interpreted(expr, false);
    }
  }

  /** The value of the language, `null` being NULL. */
  value(expr: PlanExpr): string {
    if (expr.op === "field" && this.#isPlainField(expr.name)) {
      const read = `d[${quoted(expr.name)}]`;
      switch (this.#scope.fieldType(expr.name)) {
        case "STRING":
        case "NUMBER":
        case "BOOLEAN":
          return `(${read} ?? null)`;
        default:
          return `${this.#scope.source.ref(fromHost)}(${read})`;
      }
    }
    return this.#call(expr);
  }

  /** The number, NaN being NULL; `null` where the expression is not known to be a NUMBER or NULL. */
  number(expr: PlanExpr): string | null {
    const computed = this.#number(expr);
    return computed === null ? null : (this.#scope.kept?.code(expr, computed) ?? computed);
  }

  #number(expr: PlanExpr): string | null {
    const constant = this.#scope.constant(expr);
    if (constant !== undefined) {
      return typeof constant === "number" ? this.#scope.source.ref(constant) : constant === null ? "NaN" : null;
    }
    const { source } = this.#scope;
    switch (expr.op) {
      case "field":
        return this.#isPlainField(expr.name) && this.#scope.fieldType(expr.name) === "NUMBER"
          ? `${source.ref(valueNumber)}(d[${quoted(expr.name)}])`
          : null;
      case "aggregate": {
        const code = this.#scope.aggregate(expr.index);
        return code?.gives === "number" ? code.code : null;
      }
      case "prev":
        if (this.number(expr.arg) === null) return null;
        return this.#scope.history(expr)?.code ?? null;
      case "speed":
        return this.#scope.history(expr)?.code ?? null;
      case "negate": {
        const arg = this.number(expr.arg);
        return arg === null ? null : `(-(${arg}))`;
      }
      case "arithmetic": {
        const left = this.number(expr.left);
        const right = this.number(expr.right);
        return left === null || right === null ? null : `${source.ref(finite)}(${left} ${expr.sign} ${right})`;
      }
      case "call":
        return functionByName(expr.name)?.returns === "NUMBER" ? `${source.ref(orNaN)}(${this.#call(expr)})` : null;
      default:
        return null;
    }
  }

  /** The number, where it is one, of what may be of any type; `null` where that would have to be converted first. */
  #anyNumber(expr: PlanExpr): string | null {
    const typed = this.number(expr);
    if (typed !== null) return typed;
    const { source } = this.#scope;
    if (expr.op === "field") {
      return this.#isPlainField(expr.name) ? `${source.ref(hostNumber)}(d[${quoted(expr.name)}])` : null;
    }
    if (expr.op === "aggregate") {
      const code = this.#scope.aggregate(expr.index);
      return code === null ? null : `${source.ref(valueNumber)}(${code.code})`;
    }
    if (expr.op === "prev") {
      const code = this.#scope.history(expr);
      // What is no number is NaN there.
      return code === null ? null : code.code;
    }
    return null;
  }

  #compare(expr: Extract<PlanExpr, { readonly op: "compare" }>, cmp: CompareOp): string | null {
    const left = this.#scope.constant(expr.left);
    const right = this.#scope.constant(expr.right);
    if (left !== undefined && right === undefined) {
      return this.#compare({ ...expr, left: expr.right, right: expr.left }, flipped[cmp]);
    }
    if (typeof right === "string") return this.#compareText(expr.left, cmp, right);
    if (expr.left.op === "aggregate" && typeof right === "number") {
      const compared = this.#scope.comparedCount(expr.left.index, cmp, right);
      if (compared !== null) return compared;
    }
    const equality = cmp === "=" || cmp === "!=";
    // Types that differ have no order, but they are not equal: both sides must be NUMBERs for that, or one a constant.
    const x = this.number(expr.left) ?? (cmp !== "!=" && typeof right === "number" ? this.#anyNumber(expr.left) : null);
    const y = this.number(expr.right);
    if (x === null || y === null) return null;
    if (!equality) {
      const below = cmp[0] === ">" && typeof right === "number" ? this.#isBelow(expr.left, right) : null;
      return below === null ? `${x} ${cmp} ${y}` : `(!${below} && ${x} ${cmp} ${y})`;
    }
    if (cmp === "=") return `${x} === ${y}`;
    const { source } = this.#scope;
    return `${source.ref(differ)}(${x}, ${y})`;
  }

  /** Of `(x − AVG(e)) / STDDEV(e) > sigmas`: whether that is certainly not so. */
  #isBelow(expr: PlanExpr, sigmas: number): string | null {
    if (expr.op !== "arithmetic" || expr.sign !== "/" || expr.right.op !== "aggregate" || !(sigmas > 0)) return null;
    const { left } = expr;
    if (left.op !== "arithmetic" || left.sign !== "-" || left.right.op !== "aggregate") return null;
    const x = this.number(left.left);
    return x === null ? null : this.#scope.isBelow(left.right.index, expr.right.index, x, sigmas);
  }

  #compareText(expr: PlanExpr, cmp: CompareOp, text: string): string | null {
    if (expr.op !== "field" || !this.#isPlainField(expr.name)) return null;
    const read = `d[${quoted(expr.name)}]`;
    const { source } = this.#scope;
    if (cmp === "=") return `${read} === ${source.ref(text)}`;
    if (cmp !== "!=") return null;
    return `${source.ref(isOther)}(${read}, ${source.ref(text)})`;
  }

  /** Whether the value is (or is not) among constants that are texts or numbers, without NULL. */
  #in(expr: Extract<PlanExpr, { readonly op: "in" }>, among: boolean): string | null {
    const items = expr.items.map((item) => this.#scope.constant(item));
    if (!items.every((item) => typeof item === "string" || typeof item === "number")) return null;
    const set = this.#scope.source.ref(new Set<unknown>(items));
    const value = this.value(expr.arg);
    if (among) return `${set}.has(${value})`;
    return `${this.#scope.source.ref(isAbsent)}(${set}, ${value})`;
  }

  #bounds(expr: Extract<PlanExpr, { readonly op: "between" }>): readonly [string, string, string] | null {
    const low = this.number(expr.low);
    const high = this.number(expr.high);
    const x = this.#anyNumber(expr.arg);
    return x === null || low === null || high === null ? null : [x, low, high];
  }

  #inside(x: string, low: string, high: string): string {
    return `${this.#scope.source.ref(isInside)}(${x}, ${low}, ${high})`;
  }

  #outside(x: string, low: string, high: string): string {
    return `${this.#scope.source.ref(isOutside)}(${x}, ${low}, ${high})`;
  }

  #interpreted(expr: PlanExpr, wanted: boolean): string {
    return `${this.#call(expr)} === ${String(wanted)}`;
  }

  #call(expr: PlanExpr): string {
    const { source } = this.#scope;
    return `${source.ref(this.#scope.closure(expr))}(${source.ref(this.#scope.context)})`;
  }

  /** An own property of plain data by that name; names of what every object inherits are read with more care. */
  #isPlainField(name: string): boolean {
    return !(name in Object.prototype) && !this.#scope.timeFields.has(name);
  }
}

function joined(parts: readonly string[], sign: "&&" | "||"): string {
  return `(${parts.join(` ${sign} `)})`;
}

/** NULL differs from nothing. */
function differ(x: number, y: number): boolean {
  return x !== y && !Number.isNaN(x) && !Number.isNaN(y);
}

function isInside(x: number, low: number, high: number): boolean {
  return x >= low && x <= high;
}

function isOutside(x: number, low: number, high: number): boolean {
  return x < low || x > high;
}

/** Whether what a host gave is a value, and another one than a text. */
function isOther(x: unknown, text: string): boolean {
  if (typeof x === "string") return x !== text;
  return fromHost(x) !== null;
}

function isAbsent(set: ReadonlySet<unknown>, value: unknown): boolean {
  return value !== null && !set.has(value);
}
