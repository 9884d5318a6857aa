import type { Reporter } from "../reporter.ts";
import type { Token } from "./token.ts";

export interface DecodedString {
  readonly value: string;
  /** Where the unit of `value` at an index stands in the file; its length stands for the closing quote. */
  readonly offsetAt: (index: number) => number;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** The value of a string token, bad escapes reported and left as they stand. */
export function decodeString(token: Token, reporter: Reporter): DecodedString {
  const raw = token.text.startsWith("r");
  const open = raw ? 2 : 1;
  const closed = token.text.length > open && token.text.endsWith(token.text.charAt(open - 1));
  const body = token.text.slice(open, closed ? -1 : undefined);
  const bodyStart = token.start + open;
  if (raw || !body.includes("\\")) return { value: body, offsetAt: (index) => bodyStart + index };
  return decodeEscapes(body, bodyStart, reporter);
}

function decodeEscapes(body: string, bodyStart: number, reporter: Reporter): DecodedString {
  const offsets: number[] = [];
  let value = "";
  let i = 0;
  while (i < body.length) {
    offsets.push(bodyStart + i);
    if (body.charAt(i) !== "\\") {
      value += body.charAt(i);
      i += 1;
      continue;
    }
    const letter = body.charAt(i + 1);
    const simple = SIMPLE_ESCAPES[letter];
    const hex = letter === "u" ? /^[0-9a-fA-F]{4}/.exec(body.slice(i + 2, i + 6))?.[0] : undefined;
    if (simple !== undefined) {
      value += simple;
      i += 2;
    } else if (hex !== undefined) {
      value += String.fromCharCode(Number.parseInt(hex, 16));
      i += 6;
    } else {
      reportEscape(letter, bodyStart + i, reporter);
      value += "\\";
      i += 1;
    }
  }
  offsets.push(bodyStart + body.length);
  return { value, offsetAt: (index) => offsets[index] ?? bodyStart + body.length };
}

function reportEscape(letter: string, start: number, reporter: Reporter): void {
  const hint = 'a backslash itself is written `\\\\`; r"…" takes everything as it stands';
  if (letter === "u") {
    reporter.error("bad-escape", { start, end: start + 2 }, "`\\u` is followed by four hexadecimal digits", { hint });
  } else {
    reporter.error("bad-escape", { start, end: start + 1 + letter.length }, `\`\\${letter}\` is no escape`, { hint });
  }
}
