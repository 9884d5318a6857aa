import type { FieldDecl, LetDecl, ParamDecl, StreamDecl, TableDecl, TimeDecl, TimeUnit, TypeName } from "../ast.ts";
import { type Cursor, SyntaxFailure } from "./cursor.ts";
import { parseDur } from "./duration.ts";
import { parseExpr } from "./expression.ts";
import { skipListItem } from "./resync.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const TYPES: readonly TypeName[] = ["STRING", "NUMBER", "BOOLEAN", "TIME", "DURATION", "LIST", "OBJECT", "ANY"];
/** What the types are called elsewhere. */
const SYNONYMS: ReadonlyMap<string, TypeName> = new Map([
  ...["TEXT", "VARCHAR", "CHAR", "UUID", "ENUM"].map((name) => [name, "STRING"] as const),
  ...["INT", "INTEGER", "LONG", "BIGINT", "FLOAT", "DOUBLE", "REAL", "DECIMAL", "NUMERIC"].map(
    (name) => [name, "NUMBER"] as const,
  ),
  ["BOOL", "BOOLEAN"],
  ...["TIMESTAMP", "DATETIME", "DATE"].map((name) => [name, "TIME"] as const),
  ["INTERVAL", "DURATION"],
  ["ARRAY", "LIST"],
  ...["MAP", "RECORD", "STRUCT", "JSON"].map((name) => [name, "OBJECT"] as const),
]);
const TIME_UNITS: readonly TimeUnit[] = ["SECONDS", "MILLISECONDS", "MICROSECONDS"];

/** `STREAM name { … } TIME … LATENESS … AHEAD …` */
export function parseStream(c: Cursor): StreamDecl {
  const { start } = c.advance();
  const name = c.name("the stream's name");
  const fields = parseDeclaredFields(c);
  const options: Mutable<Pick<StreamDecl, "time" | "lateness" | "ahead">> = {};
  for (;;) {
    const { token } = c;
    const second = (given: unknown): void => {
      if (given !== undefined) c.error("duplicate-clause", token, `the stream has a second ${token.key}`);
    };
    if (c.at("TIME")) {
      second(options.time);
      options.time = parseTime(c);
    } else if (c.take("LATENESS") !== undefined) {
      second(options.lateness);
      options.lateness = parseDur(c, 0);
    } else if (c.take("AHEAD") !== undefined) {
      second(options.ahead);
      options.ahead = parseDur(c, 0);
    } else if (!c.correct(["LATENESS", "AHEAD"])) {
      return { kind: "stream", name, ...fields, ...options, span: c.spanFrom(start) };
    }
  }
}

function parseTime(c: Cursor): TimeDecl {
  const { start } = c.advance();
  if (c.take("ARRIVAL") !== undefined) return { kind: "arrival", span: c.spanFrom(start) };
  const field = c.anyName("the field that holds the time, or ARRIVAL");
  if (c.take("IN") === undefined) return { kind: "field", field, span: c.spanFrom(start) };
  const unit = TIME_UNITS.find((unit) => c.at(unit)) ?? (c.correct(TIME_UNITS) ? (c.token.key as TimeUnit) : undefined);
  if (unit === undefined) return c.fail("SECONDS, MILLISECONDS or MICROSECONDS");
  c.advance();
  return { kind: "field", field, unit, span: c.spanFrom(start) };
}

/** The fields of a stream or table, where it declares them. */
function parseDeclaredFields(c: Cursor): { readonly fields?: readonly FieldDecl[] } {
  if (c.at("{")) return { fields: parseFields(c) };
  if (!c.at("(")) return {};
  return c.fail("`{`", { hint: "fields stand in braces, each with a colon before its type: `{ user: STRING }`" });
}

function parseFields(c: Cursor): readonly FieldDecl[] {
  const fields = c.bracketed("{", "}", () => {
    const field = c.attempt(() => parseField(c));
    if (field === undefined && !skipListItem(c)) throw new SyntaxFailure();
    return field;
  });
  return fields.filter((field) => field !== undefined);
}

function parseField(c: Cursor): FieldDecl {
  const { start } = c.token;
  const name = c.anyName("the name of a field");
  const optional = c.take("?") !== undefined;
  c.expect(":", `and the type of \`${name.text}\``);
  if (c.at("{")) {
    const fields = parseFields(c);
    return { name, optional, type: "OBJECT", fields, span: c.spanFrom(start) };
  }
  return { name, optional, type: parseType(c), span: c.spanFrom(start) };
}

function parseType(c: Cursor): TypeName {
  const type = TYPES.find((name) => c.at(name)) ?? (c.correct(TYPES) ? (c.token.key as TypeName) : undefined);
  if (type !== undefined) {
    c.advance();
    return type;
  }
  const hint = `types are ${TYPES.join(", ")}, and { … }`;
  if (c.token.kind !== "word") return c.fail("a type", { hint });
  const meant = SYNONYMS.get(c.token.text.toUpperCase());
  const advice = meant === undefined ? { hint } : { hint: `it is called ${meant} here`, fix: meant };
  c.error("unknown-type", c.token, `\`${c.token.text}\` is no type`, advice);
  c.advance();
  return meant ?? "ANY";
}

/** `TABLE name KEY field { … }` */
export function parseTable(c: Cursor): TableDecl {
  const { start } = c.advance();
  const name = c.name("the table's name");
  c.expect("KEY", "and the field that rows are found by");
  const key = c.anyName("the field that rows are found by");
  const fields = parseDeclaredFields(c);
  return { kind: "table", name, key, ...fields, span: c.spanFrom(start) };
}

/** `PARAM name = value` or `LET name = expression` */
export function parseNamed(c: Cursor, kind: "param" | "let"): ParamDecl | LetDecl {
  const { start } = c.advance();
  const name = c.name("a name");
  c.expect("=");
  const value = parseExpr(c);
  return { kind, name, value, span: c.spanFrom(start) };
}
