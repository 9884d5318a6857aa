import type { BinaryExpr, CallExpr, Expr, InExpr, TextExpr } from "@weir/dsl";
import { callFunction } from "./functions.ts";
import { distanceKm } from "./places.ts";
import type { Scope, Seen } from "./scope.ts";
import { DurationValue, equals, finite, identity, isList, isObject, order, TimeValue, type Value } from "./values.ts";

/** A condition holds only when it is TRUE. */
export function holds(expr: Expr, scope: Scope): boolean {
  return evaluate(expr, scope) === true;
}

export function evaluate(expr: Expr, scope: Scope): Value {
  const key = scope.keyed.get(expr);
  if (key !== undefined) return scope.key[key] ?? null;
  switch (expr.kind) {
    case "number":
    case "string":
    case "boolean":
      return expr.value;
    case "duration":
      return new DurationValue(expr.ms);
    case "null":
    case "error":
      return null;
    case "name":
      return evaluateName(expr.name, scope);
    case "member": {
      const bound = expr.object.kind === "name" ? scope.bound?.get(expr.object.name) : undefined;
      if (bound !== undefined) return bound.at(-1)?.fields.get(expr.name.text) ?? null;
      const object = evaluate(expr.object, scope);
      return isObject(object) ? (object.get(expr.name.text) ?? null) : null;
    }
    case "index":
      return evaluateIndex(expr.object, evaluate(expr.index, scope), scope);
    case "unary":
      return expr.op === "NOT" ? not(truth(evaluate(expr.operand, scope))) : negate(evaluate(expr.operand, scope));
    case "binary":
      return evaluateBinary(expr, scope);
    case "in":
      return maybeNot(expr.not, evaluateIn(expr, scope));
    case "between": {
      const value = evaluate(expr.operand, scope);
      const above = compare(">=", value, evaluate(expr.low, scope));
      return maybeNot(expr.not, and(above, compare("<=", value, evaluate(expr.high, scope))));
    }
    case "text":
      return maybeNot(expr.not, evaluateText(expr, scope));
    case "is-null":
      return (evaluate(expr.operand, scope) === null) !== expr.not;
    case "case": {
      const arm = expr.arms.find(({ when }) => holds(when, scope));
      const chosen = arm === undefined ? expr.else : arm.then;
      return chosen === undefined ? null : evaluate(chosen, scope);
    }
    case "call":
      return evaluateCall(expr, scope);
    case "aggregate":
      if (scope.aggregate === undefined) throw new Error("an aggregate stands where none can be");
      return scope.aggregate(expr, scope);
  }
}

/** An alias goes first, then a PARAM, then a field. LETs are written out before. */
function evaluateName(name: string, scope: Scope): Value {
  const bound = scope.inStep === true ? undefined : scope.bound?.get(name);
  if (bound !== undefined) return bound.at(-1)?.fields ?? null;
  if (scope.names.params.has(name)) return scope.names.params.get(name) ?? null;
  if (scope.names.tables.has(name)) return null;
  return scope.event?.fields.get(name) ?? null;
}

function evaluateIndex(object: Expr, index: Value, scope: Scope): Value {
  const table = object.kind === "name" ? scope.names.tables.get(object.name) : undefined;
  if (table !== undefined) return index === null ? null : (table.get(identity(index)) ?? null);
  const value = evaluate(object, scope);
  if (isList(value) && typeof index === "number") return value[index] ?? null;
  return isObject(value) && typeof index === "string" ? (value.get(index) ?? null) : null;
}

function evaluateBinary({ op, left, right }: BinaryExpr, scope: Scope): Value {
  const a = evaluate(left, scope);
  const b = evaluate(right, scope);
  switch (op) {
    case "AND":
      return and(truth(a), truth(b));
    case "OR":
      return not(and(not(truth(a)), not(truth(b))));
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(op, a, b);
    default:
      return compare(op, a, b);
  }
}

function truth(value: Value): boolean | null {
  return typeof value === "boolean" ? value : null;
}

function not(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function maybeNot(negated: boolean, value: boolean | null): boolean | null {
  return negated ? not(value) : value;
}

function and(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function compare(op: "=" | "!=" | "<" | "<=" | ">" | ">=", a: Value, b: Value): boolean | null {
  if (op === "=") return equals(a, b);
  if (op === "!=") return not(equals(a, b));
  const by = order(a, b);
  if (by === null) return null;
  return op === "<" ? by < 0 : op === "<=" ? by <= 0 : op === ">" ? by > 0 : by >= 0;
}

function negate(value: Value): Value {
  if (typeof value === "number") return -value;
  return value instanceof DurationValue ? new DurationValue(-value.ms) : null;
}

function arithmetic(op: "+" | "-" | "*" | "/" | "%", a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return finite(calculate(op, a, b));
  if (a instanceof TimeValue) {
    if (op === "-" && b instanceof TimeValue) return duration(a.ms - b.ms);
    return b instanceof DurationValue && (op === "+" || op === "-") ? time(calculate(op, a.ms, b.ms)) : null;
  }
  if (a instanceof DurationValue) {
    if (b instanceof TimeValue) return op === "+" ? time(a.ms + b.ms) : null;
    if (b instanceof DurationValue) {
      return op === "/" ? finite(a.ms / b.ms) : op === "+" || op === "-" ? duration(calculate(op, a.ms, b.ms)) : null;
    }
    return typeof b === "number" && (op === "*" || op === "/") ? duration(calculate(op, a.ms, b)) : null;
  }
  return typeof a === "number" && b instanceof DurationValue && op === "*" ? duration(a * b.ms) : null;
}

function calculate(op: "+" | "-" | "*" | "/" | "%", a: number, b: number): number {
  return op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : op === "/" ? a / b : a % b;
}

function duration(ms: number): DurationValue | null {
  return Number.isFinite(ms) ? new DurationValue(ms) : null;
}

/** TIME is in whole milliseconds. */
function time(ms: number): TimeValue | null {
  return Math.abs(ms) <= 8.64e15 ? new TimeValue(Math.floor(ms)) : null;
}

function evaluateIn(expr: InExpr, scope: Scope): boolean | null {
  const value = evaluate(expr.operand, scope);
  const table = expr.list?.kind === "name" ? scope.names.tables.get(expr.list.name) : undefined;
  if (table !== undefined) return value === null ? null : table.has(identity(value));
  const list =
    expr.list === undefined ? (expr.items ?? []).map((item) => evaluate(item, scope)) : evaluate(expr.list, scope);
  return isList(list) ? isOneOf(value, list) : null;
}

function isOneOf(value: Value, list: readonly Value[]): boolean | null {
  if (value === null) return null;
  const found = list.map((item) => equals(value, item));
  return found.includes(true) ? true : found.includes(null) ? null : false;
}

function evaluateText({ op, operand, pattern }: TextExpr, scope: Scope): boolean | null {
  const text = evaluate(operand, scope);
  const sought = evaluate(pattern, scope);
  if (op === "CONTAINS" && isList(text)) return isOneOf(sought, text);
  if (typeof text !== "string" || typeof sought !== "string") return null;
  switch (op) {
    case "CONTAINS":
      return text.includes(sought);
    case "STARTS WITH":
      return text.startsWith(sought);
    case "ENDS WITH":
      return text.endsWith(sought);
    case "LIKE":
      return isLike(text, sought);
    case "MATCHES":
      return new RegExp(sought).test(text);
  }
}

function isLike(text: string, pattern: string): boolean {
  if (pattern === "") return text === "";
  if (pattern.startsWith("%")) {
    return isLike(text, pattern.slice(1)) || (text !== "" && isLike(text.slice(1), pattern));
  }
  return text !== "" && (pattern[0] === "_" || pattern[0] === text[0]) && isLike(text.slice(1), pattern.slice(1));
}

function evaluateCall({ name, args }: CallExpr, scope: Scope): Value {
  const { event, previous } = scope;
  switch (name) {
    case "EVENT_TIME":
      return event === null ? null : new TimeValue(event.ts);
    case "STREAM_NAME":
      return event === null ? null : event.stream;
    case "ELAPSED":
      return event === null || previous === null ? null : new DurationValue(event.ts - previous.ts);
    case "PREV":
      return previous === null ? null : evaluate(args[0]!, { ...scope, event: previous });
    case "SPEED_KMH":
      return event === null || previous === null ? null : speedKmh(args, scope, event, previous);
    default:
      return callFunction(
        name,
        args.map((arg) => evaluate(arg, scope)),
      );
  }
}

function speedKmh(args: readonly Expr[], scope: Scope, event: Seen, previous: Seen): Value {
  const hours = (event.ts - previous.ts) / 3_600_000;
  const places = [previous, event].flatMap((at) => args.map((arg) => evaluate(arg, { ...scope, event: at })));
  const [lat1, lon1, lat2, lon2] = places;
  if (typeof lat1 !== "number" || typeof lon1 !== "number" || typeof lat2 !== "number" || typeof lon2 !== "number") {
    return null;
  }
  return hours > 0 ? finite(distanceKm(lat1, lon1, lat2, lon2) / hours) : null;
}
