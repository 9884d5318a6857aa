import { type Lexed, lex } from "../lex/lex.ts";
import type { Token } from "../lex/token.ts";
import { MAX_TEXT_LENGTH } from "../limits.ts";
import { type Parsed, parse } from "../parse/parse.ts";
import { lineStarts, positionAt } from "../position.ts";
import { Reporter } from "../reporter.ts";
import type { Span } from "../ast.ts";
import { type Base, type OutlineEntry, outlineOf, shiftedOutline } from "./outline.ts";
import type { Caret, Place, Range } from "./service-types.ts";

/** A text that takes so long to read that completion does not wait for it. */
const LONG_TEXT = 50_000;

/** What is looked at behind a caret. */
const LONGEST_BEHIND = 20_000;

/** A text as it stood at one version, with what was made of it so far: each part is made once, when it is asked for. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly version: number;
  /** What was read of an earlier text, for answers that must not wait until a long text is read anew. */
  readonly #base: Base | null;
  #outline: readonly OutlineEntry[] | undefined;
  #lines: readonly number[] | undefined;
  #lexed: Lexed | undefined;
  #parsed: Parsed | undefined;

  constructor(file: string, text: string, version: number, before?: SourceText) {
    this.file = file;
    this.text = text;
    this.version = version;
    this.#base = before?.asBase ?? null;
  }

  /** This text if it was read, else the one that it came from. */
  get asBase(): Base | null {
    return this.#parsed === undefined ? this.#base : { text: this.text, parsed: this.#parsed };
  }

  /** The declarations and their places: of a long text that was not read yet by those of the text before. */
  get outline(): readonly OutlineEntry[] {
    if (this.#parsed === undefined && this.#base !== null && this.text.length > LONG_TEXT) {
      this.#outline ??= shiftedOutline(this.#base, this.text);
      return this.#outline;
    }
    return outlineOf(this.parsed);
  }

  /** The tokens and comments around an offset: of the declaration there and what stands behind it. */
  lexedAround(offset: number): Lexed {
    if (this.#lexed !== undefined || this.text.length <= LONG_TEXT || this.text.length > MAX_TEXT_LENGTH) {
      return this.lexed;
    }
    const entries = this.outline;
    const index = entries.findLastIndex(({ start }) => start < offset);
    // From the one before on: what stands before a declaration may be the beginning of something that is not closed yet.
    const start = entries[index - 1]?.start ?? 0;
    const end = Math.min(entries[index + 1]?.start ?? this.text.length, offset + LONGEST_BEHIND);
    const text = this.text.slice(start, end);
    return lex(text, new Reporter(text), (inside) => start + inside);
  }

  /** The same text at another version, with what was made of it. */
  withVersion(version: number): SourceText {
    const copy = new SourceText(this.file, this.text, version, this);
    copy.#lines = this.#lines;
    copy.#lexed = this.#lexed;
    copy.#parsed = this.#parsed;
    return copy;
  }

  get lines(): readonly number[] {
    this.#lines ??= lineStarts(this.text);
    return this.#lines;
  }

  /** None of a text that is too long to be read. */
  get lexed(): Lexed {
    const text = this.text.length > MAX_TEXT_LENGTH ? "" : this.text;
    this.#lexed ??= lex(text, new Reporter(text));
    return this.#lexed;
  }

  get parsed(): Parsed {
    this.#parsed ??= parse(this.text);
    return this.#parsed;
  }

  place(offset: number): Place {
    const inside = Math.max(0, Math.min(offset, this.text.length));
    return { offset: inside, ...positionAt(this.lines, inside) };
  }

  range({ start, end }: Span): Range {
    return { start: this.place(start), end: this.place(Math.max(start, end)) };
  }

  /** The offset that a caller means, within the text. */
  offset(caret: Caret): number {
    if (typeof caret === "number") return this.#inside(caret);
    const line = Math.max(1, Math.min(Math.trunc(caret.line), this.lines.length));
    const start = this.lines[line - 1] ?? 0;
    const next = this.lines[line];
    const end = next === undefined ? this.text.length : this.#beforeLineEnd(next);
    return this.#inside(Math.min(start + Math.max(0, caret.column - 1), Math.max(start, end)));
  }

  slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  /** The token that an offset lies in or at the end of, the one behind it where two meet and it is a word. */
  tokenAt(offset: number): Token | undefined {
    const { tokens } = this.lexed;
    const index = tokenIndex(tokens, offset);
    const token = tokens[index];
    const next = tokens[index + 1];
    if (token === undefined || token.start > offset) return undefined;
    const nextIsBetter = token.end === offset && token.kind === "symbol" && next?.start === offset;
    return nextIsBetter ? next : token.kind === "end" ? undefined : token;
  }

  #inside(offset: number): number {
    return Number.isFinite(offset) ? Math.max(0, Math.min(Math.trunc(offset), this.text.length)) : 0;
  }

  #beforeLineEnd(next: number): number {
    const lineFeed = this.text.charCodeAt(next - 1) === 10;
    return lineFeed && this.text.charCodeAt(next - 2) === 13 ? next - 2 : next - 1;
  }
}

/** The index of the first token that ends at or behind an offset. */
export function tokenIndex(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
