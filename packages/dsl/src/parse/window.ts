import type { Window } from "../ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseDur } from "./duration.ts";
import { durMeant } from "./lookahead.ts";
import { parseCount } from "./number.ts";

export const windowWords: ReadonlySet<string> = new Set(["WITHIN", "EVERY", "LAST", "SESSION"]);

/** A window clause, the cursor standing at its first word. */
export function parseWindow(c: Cursor): Window {
  const first = c.advance();
  switch (first.key) {
    case "WITHIN":
      return parseWithin(c, first.start);
    case "EVERY": {
      const every = parseDur(c);
      return { kind: "every", every, ...parseOffset(c), span: c.spanFrom(first.start) };
    }
    case "LAST": {
      const count = parseCount(c, "the number of events", 1);
      c.expect("EVENTS");
      return { kind: "last", count, span: c.spanFrom(first.start) };
    }
    default: {
      const gap = parseDur(c);
      const max = takeWord(c, "MAX") ? { max: parseDur(c) } : {};
      return { kind: "session", gap, ...max, span: c.spanFrom(first.start) };
    }
  }
}

function parseWithin(c: Cursor, start: number): Window {
  const length = parseDur(c);
  if (takeWord(c, "PRECISION")) {
    const precision = parseDur(c);
    return { kind: "within", length, precision, span: c.spanFrom(start) };
  }
  if (takeWord(c, "EVERY")) {
    const every = parseDur(c);
    return { kind: "within", length, every, ...parseOffset(c), span: c.spanFrom(start) };
  }
  return { kind: "within", length, span: c.spanFrom(start) };
}

function parseOffset(c: Cursor): { readonly offset?: ReturnType<typeof parseDur> } {
  return takeWord(c, "OFFSET") ? { offset: parseDur(c, 0) } : {};
}

/** A word behind a window continues it only where a duration follows: `SESSION 5m MAX(x) > 3` is a condition. */
function takeWord(c: Cursor, word: string): boolean {
  if (!c.at(word) || !durMeant(c, 1)) return false;
  c.advance();
  return true;
}
