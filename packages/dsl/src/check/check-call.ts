import {
  aggregateRecords,
  functionByName,
  type FunctionRecord,
  functionRecords,
  Time,
  type TypeName,
} from "@weir/core";
import type { CallExpr, Expr } from "../ast.ts";
import { amount, standsWell } from "./check-aggregate.ts";
import { at, type Scope } from "./scope.ts";
import { anyType, isKnown, joinTypes, mayBe, type Type, typeNamed, withArticle } from "./type.ts";

/** What is known of a function, of the library or of the host. */
interface Signature {
  readonly params: readonly { readonly type: TypeName; readonly optional?: boolean }[];
  readonly variadic: boolean;
  readonly returns: TypeName | "same";
  readonly text: string | null;
}

export function checkCall(expr: CallExpr, scope: Scope): Type {
  const stateful = expr.name === "PREV" || expr.name === "ELAPSED" || expr.name === "SPEED_KMH";
  const well = !stateful || standsWell(expr, scope);
  if (stateful && well && scope.sequence !== null) {
    scope.report.error("not-here", at(scope, expr.span), `${expr.name} does not stand in a rule with SEQUENCE`, {
      hint: "a step before is read by its alias: `step.field`",
    });
  }
  const signature = signatureOf(expr.name, scope);
  if (signature === undefined) {
    const names = [...functionRecords, ...aggregateRecords].map(({ name }) => name);
    scope.report.error(
      "unknown-function",
      at(scope, expr.nameSpan),
      `there is no function \`${expr.name}\``,
      scope.report.didYouMean(expr.name, [...names, ...scope.names.functions.keys()]),
    );
    for (const arg of expr.args) scope.check(arg, scope);
    return anyType;
  }
  const inner =
    stateful && well && scope.sequence === null
      ? { ...scope, around: { name: expr.name, aliases: new Set<string>() } }
      : scope;
  const types = expr.args.map((arg) => scope.check(arg, inner));
  checkCount(expr, signature, scope);
  checkTypes(expr, signature, types, scope);
  checkConstants(expr, scope);
  return resultOf(signature, types);
}

function signatureOf(name: string, scope: Scope): Signature | undefined {
  const record: FunctionRecord | undefined = functionByName(name);
  if (record !== undefined) {
    const { params, variadic = false, returns, signature } = record;
    return { params, variadic, returns, text: signature };
  }
  const host = scope.names.functions.get(name);
  if (host === undefined) return undefined;
  return {
    params: host.params.map((type) => ({ type })),
    variadic: host.variadic ?? false,
    returns: host.returns,
    text: null,
  };
}

function checkCount({ name, args, span }: CallExpr, { params, variadic, text }: Signature, scope: Scope): void {
  const least = params.filter(({ optional = false }) => !optional).length;
  const most = variadic ? Infinity : params.length;
  if (args.length >= least && args.length <= most) return;
  scope.report.error(
    "wrong-arguments",
    at(scope, span),
    `${name} takes ${amount(least, most)}, not ${args.length}`,
    text === null ? {} : { hint: text },
  );
}

function checkTypes({ name, args }: CallExpr, { params }: Signature, types: readonly Type[], scope: Scope): void {
  for (const [i, arg] of args.entries()) {
    const wanted = (params[i] ?? params.at(-1))?.type ?? "ANY";
    const type = types[i] ?? anyType;
    if (mayBe(type, wanted)) continue;
    const text = scope.report.quote(arg.span);
    scope.report.error(
      "argument-type",
      at(scope, arg.span),
      `${name} takes ${withArticle(wanted)}, and ${text} is ${withArticle(type.name)}`,
      {
        ...(wanted === "TIME" ? { hint: `TIME(…) makes a time of a number or a text` } : {}),
        ...(wanted === "DURATION" && type.name === "NUMBER" ? { hint: "a duration has a unit: `10s`" } : {}),
      },
    );
  }
}

/** Of IF the branches count, not the condition: `same` is the type of the parameters that take anything. */
function resultOf({ params, returns }: Signature, types: readonly Type[]): Type {
  if (returns !== "same") return typeNamed(returns);
  const open = types.filter((_, i) => (params[i] ?? params.at(-1))?.type === "ANY");
  const joined = joinTypes(open.length > 0 ? open : types);
  return isKnown(joined) ? joined : anyType;
}

const calendar: ReadonlySet<string> = new Set(["HOUR", "MINUTE", "WEEKDAY", "DAY", "MONTH", "YEAR"]);

/** Texts that mean nothing, where they stand in the rule: networks, zones, times. The function itself is asked. */
function checkConstants({ name, args }: CallExpr, scope: Scope): void {
  const [first, second] = args;
  const call = functionByName(name)?.call;
  if (call === undefined) return;
  if (name === "IN_CIDR" && second?.kind === "string" && call("0.0.0.0", second.value) === null) {
    say(
      "error",
      "bad-cidr",
      second,
      `${scope.report.quote(second.span)} is no network`,
      scope,
      'write one like "10.0.0.0/8"',
    );
  }
  if (calendar.has(name) && second?.kind === "string" && call(new Time(0), second.value) === null) {
    say(
      "error",
      "bad-zone",
      second,
      `${scope.report.quote(second.span)} is no time zone`,
      scope,
      'write one like "Europe/Berlin"',
    );
  }
  if (name === "TIME" && first?.kind === "string" && call(first.value) === null) {
    say(
      "warning",
      "unreadable-time",
      first,
      `${scope.report.quote(first.span)} is no time: this is always NULL`,
      scope,
      'write one like "2026-01-31T12:00:00Z"',
    );
  }
}

function say(
  level: "error" | "warning",
  code: "bad-cidr" | "bad-zone" | "unreadable-time",
  expr: Expr,
  message: string,
  scope: Scope,
  hint: string,
): void {
  scope.report[level](code, at(scope, expr.span), message, { hint });
}
