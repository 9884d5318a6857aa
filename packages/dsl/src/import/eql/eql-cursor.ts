import { ImportError } from "../imported.ts";
import type { EqlToken } from "./eql-tokens.ts";

/** Deeper is no query that anyone wrote. */
const maxDepth = 100;

/** Reads the tokens of a query from left to right. */
export class EqlCursor {
  readonly #tokens: readonly EqlToken[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly EqlToken[]) {
    this.#tokens = tokens;
  }

  get token(): EqlToken {
    return this.ahead(0);
  }

  get line(): number {
    return this.token.line;
  }

  /** The token `n` further on; behind the last, the last. */
  ahead(n: number): EqlToken {
    const token = this.#tokens[Math.min(this.#index + n, this.#tokens.length - 1)];
    if (token === undefined) throw new ImportError(1, "there is nothing to read");
    return token;
  }

  next(): EqlToken {
    const { token } = this;
    this.#index++;
    return token;
  }

  /** Whether the next token is this symbol, or this keyword in any case. */
  at(text: string, n = 0): boolean {
    const { kind, text: found } = this.ahead(n);
    if (kind === "symbol") return found === text;
    return kind === "word" && found.toLowerCase() === text;
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.#index++;
    return true;
  }

  expect(text: string, where: string): void {
    if (!this.take(text)) this.fail(`expected \`${text}\` ${where}`);
  }

  fail(message: string): never {
    const { kind, text, line } = this.token;
    throw new ImportError(line, kind === "end" ? `${message}, and the text ends` : `${message}, not \`${text}\``);
  }

  /** Runs what may come back to itself. */
  nested<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw new ImportError(this.line, `more than ${maxDepth} levels of nesting`);
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }
}
