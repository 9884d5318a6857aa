import type { Datum, Emit, Expr, Message, Name, SeverityName } from "../ast.ts";
import { decodeString } from "../lex/string-literal.ts";
import type { Token } from "../lex/token.ts";
import { type Cursor, SyntaxFailure, toName } from "./cursor.ts";
import { parseExpr } from "./expression.ts";
import { beginsDeclaration } from "./lookahead.ts";
import { parseMessage } from "./message.ts";
import { skipListItem } from "./resync.ts";

export const severities: readonly SeverityName[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** `EMIT …`, the cursor standing at EMIT. */
export function parseEmit(c: Cursor): Emit {
  const { start } = c.advance();
  const each = c.take("EACH") !== undefined;
  const severity = parseSeverity(c);
  let message: Message | undefined;
  let data: readonly Datum[] | undefined;
  const takeMessage = (): void => {
    if (c.token.kind === "string") message = parseMessage(c, c.advance());
  };
  takeMessage();
  if (c.at("{")) data = parseData(c);
  if (data !== undefined && message === undefined && c.token.kind === "string") {
    c.error("unexpected-token", c.token, "the message stands before the data");
    takeMessage();
  }
  return {
    each,
    severity,
    ...(message === undefined ? {} : { message }),
    ...(data === undefined ? {} : { data }),
    ...parseTargets(c),
    span: c.spanFrom(start),
  };
}

export function takeSeverity(c: Cursor): SeverityName | undefined {
  const severity = severities.find((name) => c.at(name));
  if (severity !== undefined) c.advance();
  return severity;
}

function parseSeverity(c: Cursor): SeverityName {
  const severity = takeSeverity(c) ?? (c.correct(severities) ? takeSeverity(c) : undefined);
  if (severity !== undefined) return severity;
  const hint = `severities are ${severities.join(", ")}`;
  if (c.token.kind === "word" && c.isName() && !beginsDeclaration(c)) {
    c.error("unknown-severity", c.token, `\`${c.token.text}\` is no severity`, { hint });
    c.advance();
  } else {
    c.unexpected("a severity", { hint });
  }
  return "MEDIUM";
}

function parseData(c: Cursor): readonly Datum[] {
  const data = c.bracketed("{", "}", () => {
    const datum = c.attempt(() => parseDatum(c));
    if (datum === undefined && !skipListItem(c)) throw new SyntaxFailure();
    return datum;
  });
  return data.filter((datum) => datum !== undefined);
}

function parseDatum(c: Cursor): Datum {
  const { token } = c;
  if (c.at(":", 1) && (c.isAnyName() || token.kind === "string")) {
    const name = parseKey(c);
    c.advance();
    const value = parseExpr(c);
    return { name, value, short: false, span: c.spanFrom(token.start) };
  }
  return parseShortDatum(c);
}

/** The name before a colon. */
export function parseKey(c: Cursor): Name {
  const { token } = c;
  if (token.kind !== "string") return c.anyName("a name");
  c.advance();
  return { text: decodeString(token, c.reporter).value, span: { start: token.start, end: token.end } };
}

/** A path alone: its last name is the name of the value. */
function parseShortDatum(c: Cursor): Datum {
  const { start } = c.token;
  if (!c.isName()) {
    const isLiteral = ["number", "duration", "string"].includes(c.token.kind);
    return isLiteral ? unnamed(c, start) : c.fail("a name and a value, `total: SUM(amount)`");
  }
  if (c.at("(", 1)) return unnamed(c, start);
  const first = toName(c.advance());
  let value: Expr = { kind: "name", name: first.text, span: first.span };
  let name = first;
  while (c.take(".") !== undefined) {
    name = c.anyName("the name of a field behind the dot");
    value = { kind: "member", object: value, name, span: c.spanFrom(start) };
  }
  if (c.at(",") || c.at("}")) return { name, value, short: true, span: c.spanFrom(start) };
  if (c.isAnyName() || c.token.kind === "string" || c.atEnd()) return c.fail("`,` or `}`");
  return unnamed(c, start);
}

function unnamed(c: Cursor, start: number): never {
  c.error("unnamed-data", { start, end: c.token.end }, "only a field is a value without a name", {
    hint: "write `name: value`",
  });
  throw new SyntaxFailure();
}

interface Targets {
  readonly into?: Name;
  readonly to?: readonly Name[];
  readonly resolve: boolean;
}

/** INTO, TO and AND RESOLVE, in any order, each once. */
function parseTargets(c: Cursor): Targets {
  let into: Name | undefined;
  let to: readonly Name[] | undefined;
  let resolve = false;
  for (;;) {
    const { token } = c;
    if (c.take("INTO") !== undefined) {
      if (into !== undefined) reportSecond(c, token, "INTO");
      into = c.name("a stream");
    } else if (c.take("TO") !== undefined) {
      if (to !== undefined) reportSecond(c, token, "TO");
      to = c.list(() => parseSink(c));
    } else if (c.take("AND") !== undefined) {
      c.expect("RESOLVE", "behind AND");
      if (resolve) reportSecond(c, token, "AND RESOLVE");
      resolve = true;
    } else {
      return { ...(into === undefined ? {} : { into }), ...(to === undefined ? {} : { to }), resolve };
    }
  }
}

function parseSink(c: Cursor): Name {
  return c.token.kind === "string" ? parseKey(c) : c.name("a sink");
}

function reportSecond(c: Cursor, token: Token, what: string): void {
  c.error("duplicate-clause", token, `the EMIT has a second ${what}`);
}
