import type { ExpectItem, Literal, NumberLit, ObjectLit, TestDecl, TestItem } from "../ast.ts";
import { parseDuration } from "../duration-literal.ts";
import type { Cursor } from "./cursor.ts";
import { checkedMs, parseDur } from "./duration.ts";
import { parseKey, severities, takeSeverity } from "./emit.ts";
import { beginsDeclaration } from "./lookahead.ts";
import { numberLiteral } from "./number.ts";
import { parseTitle } from "./rule.ts";

const ITEM_WORDS: readonly string[] = ["EXPECT", "UNTIL", "PARAM", "TABLE"];

/** `TEST "title" { … }` */
export function parseTest(c: Cursor): TestDecl {
  const { start } = c.advance();
  const title = parseTitle(c);
  const opening = c.expect("{");
  const items: TestItem[] = [];
  while (!c.at("}") && !c.atEnd() && !beginsAnother(c)) {
    if (c.take(";") !== undefined) continue;
    const { index } = c;
    const item = c.attempt(() => parseItem(c));
    if (item === undefined) skipItem(c, index);
    else items.push(item);
  }
  c.close("}", opening);
  return { kind: "test", title, items, span: c.spanFrom(start) };
}

/** What ends a test without its brace. PARAM and TABLE are items too. */
function beginsAnother(c: Cursor): boolean {
  if (c.at("PARAM") || c.at("TABLE")) return false;
  return beginsDeclaration(c) && !c.at("{", 2);
}

function parseItem(c: Cursor): TestItem {
  const { start } = c.token;
  // A stream may bear any of these words as its name: then its event follows.
  if (!c.at("{", 1)) {
    if (c.take("EXPECT") !== undefined) return parseExpect(c, start);
    if (c.take("UNTIL") !== undefined) return { kind: "until", time: parseDur(c, 0), span: c.spanFrom(start) };
    if (c.take("PARAM") !== undefined) {
      const name = c.name("the PARAM's name");
      c.expect("=");
      return { kind: "test-param", name, value: parseLiteral(c), span: c.spanFrom(start) };
    }
    if (c.take("TABLE") !== undefined) {
      return { kind: "test-table", table: c.name("the table's name"), row: parseObject(c), span: c.spanFrom(start) };
    }
    if (c.correct(ITEM_WORDS)) return parseItem(c);
  }
  const stream = c.name("an event, EXPECT, UNTIL, PARAM or TABLE");
  const event = parseObject(c);
  c.expect("AT", "and the times of the event");
  return { kind: "given", stream, event, at: c.list(() => parseDur(c, 0)), span: c.spanFrom(start) };
}

function parseExpect(c: Cursor, start: number): ExpectItem {
  if (c.take("NOTHING") !== undefined) return { kind: "expect", resolved: false, span: c.spanFrom(start) };
  const rule = c.name("a rule, or NOTHING");
  // No stream of this name follows: its event would.
  if (!c.at("{", 1)) c.correct([...severities, "RESOLVED"]);
  const severity = takeSeverity(c);
  const resolved = severity === undefined && c.take("RESOLVED") !== undefined;
  const at = c.at("AT") && !c.at("{", 1) ? (c.advance(), parseDur(c, 0)) : undefined;
  const fields = c.at("{") ? parseObject(c) : undefined;
  return {
    kind: "expect",
    rule,
    ...(severity === undefined ? {} : { severity }),
    resolved,
    ...(at === undefined ? {} : { at }),
    ...(fields === undefined ? {} : { fields }),
    span: c.spanFrom(start),
  };
}

function parseObject(c: Cursor): ObjectLit {
  const { start } = c.token;
  const pairs = c.bracketed("{", "}", () => {
    if (!c.isAnyName() && c.token.kind !== "string") return c.fail("a name and a value");
    const name = parseKey(c);
    c.expect(":");
    return { name, value: parseLiteral(c) };
  });
  return { kind: "object", pairs, span: c.spanFrom(start) };
}

function parseLiteral(c: Cursor): Literal {
  const { token } = c;
  const span = { start: token.start, end: token.end };
  switch (token.kind) {
    case "number":
      return numberLiteral(c, c.advance());
    case "duration":
      c.advance();
      return { kind: "duration", ms: checkedMs(c, parseDuration(token.text), span, 0), text: token.text, span };
    case "string":
      return parseTitle(c);
    default:
      return parseOtherLiteral(c);
  }
}

function parseOtherLiteral(c: Cursor): Literal {
  const { key, start } = c.token;
  switch (key) {
    case "-":
      return parseNegative(c);
    case "{":
      return parseObject(c);
    case "[":
      return { kind: "list", items: c.bracketed("[", "]", () => parseLiteral(c)), span: c.spanFrom(start) };
    case "TRUE":
    case "FALSE":
      c.advance();
      return { kind: "boolean", value: key === "TRUE", span: c.spanFrom(start) };
    case "NULL":
      c.advance();
      return { kind: "null", span: c.spanFrom(start) };
    default:
      return c.fail("a value that is written out", {
        hint: "a test holds no expressions; times are epoch milliseconds or ISO texts",
      });
  }
}

function parseNegative(c: Cursor): NumberLit {
  const { start } = c.advance();
  if (c.token.kind !== "number") return c.fail("a number behind the minus");
  const { value, text } = numberLiteral(c, c.advance());
  return { kind: "number", value: -value, text: `-${text}`, span: c.spanFrom(start) };
}

/** Skips to the next item of the test. */
function skipItem(c: Cursor, index: number): void {
  if (c.index === index) c.advance();
  let open = openBraces(c, index);
  while (!c.atEnd() && !beginsAnother(c)) {
    if (open <= 0 && (c.at("}") || c.at(";") || beginsItem(c))) return;
    if (c.at("{")) open += 1;
    if (c.at("}")) open -= 1;
    c.advance();
  }
}

function beginsItem(c: Cursor): boolean {
  return (c.isName() && c.at("{", 1)) || ITEM_WORDS.some((word) => c.at(word));
}

function openBraces(c: Cursor, from: number): number {
  let open = 0;
  for (let ahead = from - c.index; ahead < 0; ahead++) {
    if (c.at("{", ahead)) open += 1;
    if (c.at("}", ahead)) open -= 1;
  }
  return open;
}
