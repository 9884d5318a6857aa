import type { Expr, Message, Span, StringLit } from "../ast.ts";
import { lex } from "../lex/lex.ts";
import { type DecodedString, decodeString } from "../lex/string-literal.ts";
import type { Token } from "../lex/token.ts";
import { Cursor } from "./cursor.ts";
import { parseExpr } from "./expression.ts";

/** Takes the message of an EMIT apart; spans inside of it point into the file. */
export function parseMessage(c: Cursor, token: Token): Message {
  const span = { start: token.start, end: token.end };
  const decoded = decodeString(token, c.reporter);
  const literal: StringLit = { kind: "string", value: decoded.value, text: token.text, span };
  return { literal, parts: new MessageReader(c, decoded).read(), span };
}

class MessageReader {
  readonly #c: Cursor;
  readonly #text: string;
  readonly #offsetAt: (index: number) => number;
  readonly #parts: (string | Expr)[] = [];
  #literal = "";

  constructor(c: Cursor, decoded: DecodedString) {
    this.#c = c;
    this.#text = decoded.value;
    this.#offsetAt = decoded.offsetAt;
  }

  read(): readonly (string | Expr)[] {
    let i = 0;
    while (i < this.#text.length) {
      const brace = nextBrace(this.#text, i);
      this.#literal += this.#text.slice(i, brace);
      i = brace < this.#text.length ? this.#readBrace(brace) : brace;
    }
    this.#flush();
    return this.#parts;
  }

  /** Reads from a brace on; returns where to go on. */
  #readBrace(at: number): number {
    const brace = this.#text.charAt(at);
    if (this.#text.charAt(at + 1) === brace) {
      this.#literal += brace;
      return at + 2;
    }
    if (brace === "}") {
      this.#unmatched(at);
      return at + 1;
    }
    const close = closingBrace(this.#text, at + 1);
    if (close < 0) {
      this.#unmatched(at);
      return this.#text.length;
    }
    this.#flush();
    const expr = this.#readExpression(at, close);
    if (expr !== undefined) this.#parts.push(expr);
    return close + 1;
  }

  #readExpression(open: number, close: number): Expr | undefined {
    const text = this.#text.slice(open + 1, close);
    if (text.trim() === "") {
      this.#c.error("empty-message-expression", this.#span(open, close + 1), "nothing stands between the braces", {
        hint: "write `{{` and `}}` for braces",
      });
      return undefined;
    }
    const { tokens } = lex(text, this.#c.reporter, (offset) => this.#offsetAt(open + 1 + offset));
    const inner = new Cursor(tokens, this.#c.reporter, this.#c.durationParams);
    const expr = inner.attempt(() => {
      const expr = parseExpr(inner);
      return inner.atEnd() ? expr : inner.fail("`}` behind the expression");
    });
    return expr ?? { kind: "error", span: this.#span(open + 1, close) };
  }

  #unmatched(at: number): void {
    const brace = this.#text.charAt(at);
    this.#c.error("unmatched-brace", this.#span(at, at + 1), `the \`${brace}\` has no counterpart`, {
      hint: `write \`${brace}${brace}\` for a brace that is text`,
    });
  }

  #flush(): void {
    if (this.#literal !== "") this.#parts.push(this.#literal);
    this.#literal = "";
  }

  #span(start: number, end: number): Span {
    return { start: this.#offsetAt(start), end: this.#offsetAt(end) };
  }
}

function nextBrace(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charAt(i) !== "{" && text.charAt(i) !== "}") i += 1;
  return i;
}

const QUOTES: ReadonlySet<string> = new Set(['"', "'", "`"]);

/** The brace that ends an expression: the first one outside of strings and quoted names. Linear, and -1 where there is none. */
function closingBrace(text: string, from: number): number {
  let quote = "";
  let raw = false;
  for (let i = from; i < text.length; i++) {
    const unit = text.charAt(i);
    if (quote === "") {
      if (unit === "}") return i;
      if (!QUOTES.has(unit)) continue;
      quote = unit;
      raw = unit === "`" || /(?:^|\W)r$/.test(text.slice(Math.max(from, i - 2), i));
    } else if (unit === quote) {
      quote = "";
    } else if (unit === "\\" && !raw) {
      i += 1;
    }
  }
  return -1;
}
