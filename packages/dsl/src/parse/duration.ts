import type { Dur, Span } from "../ast.ts";
import { parseDuration } from "../duration-literal.ts";
import { placedKeywords } from "../lex/keywords.ts";
import type { Token } from "../lex/token.ts";
import { MAX_DURATION_MS } from "../limits.ts";
import { suggest } from "../suggest.ts";
import { type Cursor, toName } from "./cursor.ts";
import { parseNumber } from "./number.ts";

/** The least a duration may be: most are 1 ms, an offset or a time in a test may be 0. */
export type LeastMs = 0 | 1;

/** Whether a duration stands `ahead`: a literal or a PARAM that holds one. */
export function durFollows(c: Cursor, ahead: number): boolean {
  const token = c.peek(ahead);
  if (token.kind === "duration") return true;
  return c.isName(ahead) && c.durationParams.has(toName(token).text);
}

/** As `durFollows`, and where a bare number stands: it lacks its unit, and nothing else could be meant. */
export function durMeant(c: Cursor, ahead: number): boolean {
  return c.peek(ahead).kind === "number" || durFollows(c, ahead);
}

export function parseDur(c: Cursor, leastMs: LeastMs = 1): Dur {
  const { token } = c;
  const span = { start: token.start, end: token.end };
  if (token.kind === "duration") {
    c.advance();
    return { kind: "duration", ms: checkedMs(c, parseDuration(token.text), span, leastMs), span };
  }
  if (token.kind === "number") {
    c.advance();
    const unit = UNIT_WORDS[c.token.key];
    if (unit !== undefined && /^\d[\d_]*$/.test(token.text)) return parseSpelledUnit(c, token, unit, leastMs);
    c.error("missing-unit", span, `\`${token.text}\` is a number, not a duration`, {
      hint: `add a unit: \`${token.text}s\`, \`${token.text}m\``,
      fix: `${token.text}s`,
    });
    return {
      kind: "duration",
      ms: Math.max(1_000, Math.min(MAX_DURATION_MS, Math.trunc(parseNumber(token.text) * 1_000))),
      span,
    };
  }
  const isParam = c.isName() && c.durationParams.has(toName(token).text);
  if (!c.isName() || (!isParam && placedKeywords.has(token.key))) return c.fail("a duration such as `10s`");
  const { text } = toName(c.advance());
  if (!isParam) {
    const near = suggest(text, c.durationParams);
    c.error("expected-duration", span, `\`${text}\` is no duration, and no PARAM that holds one`, {
      hint: near === undefined ? `write \`10s\`, or declare \`PARAM ${text} = 10s\`` : `did you mean \`${near}\`?`,
    });
  }
  return { kind: "name", name: text, span };
}

/** Units as other languages write them, behind a number of their own. */
const UNIT_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["ms", "MS MSEC MILLIS MILLISECOND MILLISECONDS"],
    ["s", "S SEC SECS SECOND SECONDS"],
    ["m", "M MIN MINS MINUTE MINUTES"],
    ["h", "H HR HRS HOUR HOURS"],
    ["d", "D DAY DAYS"],
    ["w", "W WEEK WEEKS"],
  ].flatMap(([unit = "", words = ""]) => words.split(" ").map((word) => [word, unit])),
);

/** `10 seconds`, the cursor standing at the unit: taken for what it says. */
function parseSpelledUnit(c: Cursor, number: Token, unit: string, leastMs: LeastMs): Dur {
  const span = { start: number.start, end: c.advance().end };
  const text = `${number.text}${unit}`;
  c.error("missing-unit", span, "a number and its unit are written as one", { hint: `write \`${text}\``, fix: text });
  return { kind: "duration", ms: checkedMs(c, parseDuration(text), span, leastMs), span };
}

/** A duration within the limits; out of them it is reported and cut to them. */
export function checkedMs(c: Cursor, ms: number, span: Span, leastMs: LeastMs): number {
  if (ms < leastMs) {
    c.error("duration-out-of-range", span, "the duration is shorter than 1 ms");
    return leastMs;
  }
  if (!(ms <= MAX_DURATION_MS)) {
    c.error("duration-out-of-range", span, "the duration is longer than 10 years (3653 days)");
    return MAX_DURATION_MS;
  }
  return ms;
}
