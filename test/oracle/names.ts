import type { Dur, Expr, SourceFile, StreamDecl } from "@weir/dsl";
import { evaluate } from "./expressions.ts";
import { toTime } from "./functions.ts";
import type { Names } from "./scope.ts";
import { parseDuration } from "./times.ts";
import { canonical, children, mapChildren } from "./tree.ts";
import { DurationValue, fromHost, identity, isObject, TimeValue, type Value } from "./values.ts";

/** What the declarations of a file say. */
export interface File extends Names {
  readonly lets: ReadonlyMap<string, Expr>;
  readonly streams: ReadonlyMap<string, StreamDecl>;
  readonly millis: (dur: Dur) => number;
}

export interface Key {
  readonly name: string;
  readonly expr: Expr;
}

export interface HostNames {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly tables?: Readonly<Record<string, readonly unknown[]>>;
}

export function readFile(file: SourceFile, host: HostNames): File {
  const params = new Map<string, Value>();
  const tables = new Map<string, ReadonlyMap<string, Value>>();
  const lets = new Map<string, Expr>();
  const streams = new Map<string, StreamDecl>();
  const constants = { names: { params, tables }, event: null, previous: null, key: [], keyed: new Map<Expr, number>() };
  for (const decl of file.declarations) {
    if (decl.kind === "stream") streams.set(decl.name.text, decl);
    if (decl.kind === "let") lets.set(decl.name.text, decl.value);
    if (decl.kind === "table") {
      tables.set(decl.name.text, readTable(decl.key.text, host.tables?.[decl.name.text] ?? []));
    }
    if (decl.kind === "param") {
      const value = evaluate(decl.value, constants);
      const given = host.params?.[decl.name.text];
      params.set(decl.name.text, given === undefined ? value : override(value, given));
    }
  }
  const millis = (dur: Dur): number => {
    if (dur.kind === "duration") return dur.ms;
    const value = params.get(dur.name);
    if (value instanceof DurationValue) return value.ms;
    throw new Error(`${dur.name} is no PARAM that holds a duration`);
  };
  return { params, tables, lets, streams, millis };
}

function readTable(key: string, rows: readonly unknown[]): ReadonlyMap<string, Value> {
  const table = new Map<string, Value>();
  for (const row of rows.map(fromHost)) {
    if (isObject(row)) table.set(identity(row.get(key) ?? null), row);
  }
  return table;
}

function override(value: Value, given: unknown): Value {
  if (value instanceof DurationValue) {
    return new DurationValue(typeof given === "string" ? (parseDuration(given) ?? 0) : Number(given));
  }
  return value instanceof TimeValue ? toTime(fromHost(given)) : fromHost(given);
}

/** Writes the LETs of an expression out. Aliases go before them; in a step's WHERE only where a dot follows. */
export function expand(file: File, expr: Expr, aliases: ReadonlySet<string>, inStep = false): Expr {
  const inner = (child: Expr): Expr => expand(file, child, aliases, inStep);
  if (expr.kind === "member" && expr.object.kind === "name" && aliases.has(expr.object.name)) return { ...expr };
  if (expr.kind !== "name") return mapChildren(expr, inner);
  const meaning =
    (aliases.has(expr.name) && !inStep) || file.params.has(expr.name) ? undefined : file.lets.get(expr.name);
  return meaning === undefined ? { ...expr } : inner(meaning);
}

/** Whether an expression, LETs written out, is a path to a field of the event. */
export function isField(file: File, expr: Expr): boolean {
  if (expr.kind === "member") return isField(file, expr.object);
  return expr.kind === "name" && !file.params.has(expr.name) && !file.tables.has(expr.name);
}

/**
 * Notes which parts of an expression are BY expressions: constants of the key.
 *
 * Of a sequence (`aliases` given) a bare field is a key by its name.
 */
export function markKeys(
  file: File,
  expr: Expr,
  keys: readonly Key[],
  aliases: ReadonlySet<string> | null,
  marks: Map<Expr, number>,
): void {
  const index =
    aliases === null
      ? keys.findIndex((key) => canonical(key.expr) === canonical(expr))
      : keys.findIndex(
          (key) => expr.kind === "name" && expr.name === key.name && !aliases.has(expr.name) && isField(file, expr),
        );
  if (index >= 0) marks.set(expr, index);
  if (expr.kind === "member" && expr.object.kind === "name" && aliases?.has(expr.object.name) === true) return;
  for (const child of children(expr)) markKeys(file, child, keys, aliases, marks);
}

export interface ShortForm {
  readonly key: Key;
  readonly conditions: readonly (Expr | null)[];
}

/** `COUNT(user) > 5` reads as `BY user … COUNT() > 5`; NULL where no condition counts a field. */
export function readShortForm(file: File, conditions: readonly (Expr | null)[]): ShortForm | null {
  let field: Expr | null = null;
  const rewrite = (expr: Expr): Expr => {
    const [arg] = expr.kind === "aggregate" ? expr.args : [];
    if (
      expr.kind !== "aggregate" ||
      expr.name !== "COUNT" ||
      expr.distinct ||
      arg === undefined ||
      !isField(file, arg)
    ) {
      return mapChildren(expr, rewrite);
    }
    field = arg;
    return { ...expr, args: [] };
  };
  const rewritten = conditions.map((condition) => (condition === null ? null : rewrite(condition)));
  const found = field as Expr | null;
  if (found === null) return null;
  const name = found.kind === "member" ? found.name.text : found.kind === "name" ? found.name : "key1";
  return { key: { name, expr: found }, conditions: rewritten };
}
