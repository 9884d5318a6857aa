import type { Cursor } from "./cursor.ts";
import { durFollows } from "./duration.ts";
import { beginsClause, endsRule } from "./lookahead.ts";

/** Skips what cannot be read up to where a clause, a branch, a declaration or the end begins. `from` is where the reading began. */
export function skipToClause(c: Cursor, from: number): void {
  let cases = openCases(c, from);
  for (; isPlainName(c) || !endsRule(c); c.advance()) {
    if (isPlainName(c)) continue;
    if (c.at("CASE")) cases += 1;
    else if (c.at("END")) cases -= 1;
    else if (c.at("WHEN") ? cases <= 0 : beginsClause(c) || beginsTail(c)) return;
  }
}

/** Whether the word here is a name whatever it says: behind a dot, before a colon. */
function isPlainName(c: Cursor): boolean {
  return c.isAnyName() && (c.at(".", -1) || c.at(":", 1));
}

/** Whether EMIT or what may stand behind it begins here. */
function beginsTail(c: Cursor): boolean {
  return c.at("EMIT") || (c.at("COOLDOWN") && durFollows(c, 1));
}

/** The CASEs without END that were read since `from`: their WHENs begin no branch. */
function openCases(c: Cursor, from: number): number {
  let cases = 0;
  for (let ahead = from - c.index; ahead < 0; ahead++) {
    if (c.at("CASE", ahead)) cases += 1;
    else if (c.at("END", ahead)) cases -= 1;
  }
  return Math.max(0, cases);
}

const OPENING: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSING: ReadonlySet<string> = new Set([")", "]", "}"]);

/** Skips to the comma or the closing bracket of the list whose item could not be read; false where the list has none. */
export function skipListItem(c: Cursor): boolean {
  let open = 0;
  while (isPlainName(c) || (!endsRule(c) && !c.at("EMIT"))) {
    if (open === 0 && (c.at(",") || c.atAny(CLOSING))) return true;
    if (c.atAny(OPENING)) open += 1;
    else if (c.atAny(CLOSING)) open -= 1;
    c.advance();
  }
  return false;
}
