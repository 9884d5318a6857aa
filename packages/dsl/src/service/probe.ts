import type { Declaration, SourceFile, Span } from "../ast.ts";
import { reservedWords } from "../lex/keywords.ts";
import { parsePart, type Parsed } from "../parse/parse.ts";
import { closers } from "./closers.ts";
import type { OutlineEntry } from "./outline.ts";
import type { SourceText } from "./source-text.ts";
import { type Visited, walk } from "./walk.ts";
import type { CaretWord } from "./word-at.ts";

/**
 * The declaration at a caret, read with something else in place of the word there.
 *
 * What may stand at a place is asked of the parser itself: a name is put there to see what it would be taken for, and keywords
 * are, to see which it takes. So completion follows the grammar, in half-written rules too.
 */
export class Probe {
  /** Where the declaration begins. */
  readonly start: number;
  readonly word: CaretWord;
  readonly #before: string;
  readonly #after: string;
  readonly #durationParams: ReadonlySet<string>;
  #skips: boolean | undefined;
  /** Where something is wrong already, whatever is put at the caret. */
  #brokenAnyway: ReadonlySet<number> | undefined;

  constructor(source: SourceText, word: CaretWord) {
    this.word = word;
    const { outline, text } = source;
    const index = outline.findLastIndex(({ start }) => start <= word.start && start < word.end + 1);
    // A word that begins a declaration may as well go on with the one before: `EMIT HIGH` and a COOL that is being written.
    const from = outline[index]?.start === word.start ? index - 1 : index;
    this.start = from < 0 ? 0 : Math.min(outline[from]?.start ?? 0, word.start);
    const end = Math.min(outline[index + 1]?.start ?? text.length, word.end + LONGEST_AFTER);
    this.#before = text.slice(this.start, word.start);
    this.#after = text.slice(word.end, end);
    this.#durationParams = durationParams(outline);
  }

  get length(): number {
    return this.#before.length;
  }

  /** What a name at the caret would be: the first way to go on behind it in which the parser finds a place for it. */
  readName(): NameAtCaret | null {
    if (this.length > LONGEST_BEFORE) return null;
    for (const behind of this.#waysToGoOn()) {
      const { file } = this.#read(`\`${CARET}\`${behind}`);
      const found = findCaret(file);
      if (found !== null) return { ...found, file };
    }
    return null;
  }

  /** As `readName`, with the string at the caret replaced by a name. */
  static ofString(source: SourceText, word: CaretWord): Probe {
    const { start, end } = word.token ?? word;
    return new Probe(source, { start, end, kind: "word" });
  }

  /**
   * Whether the parser takes these words here, with that behind them, for what they say: not as the names of something.
   * `given`: how many of the words stand before the caret already.
   */
  takesWords(words: readonly string[], behind: string, given: number): boolean {
    const rest = words.slice(given);
    const from = given === 0 ? this.#before.length : this.#startOfLast(words.slice(0, given));
    if (from < 0 || !this.#takes(rest.join(" "), behind, from)) return false;
    const placed = rest.findIndex((word) => !reservedWords.has(word));
    if (placed < 0) return true;
    // Where a name may stand as well, the word would be one: unless the tree shows that it is none.
    const control = rest.map((word, i) => (i === placed ? `\`${CARET}\`` : word)).join(" ");
    return !this.#takes(control, behind, from) || this.#isKeyword(rest.join(" "), behind);
  }

  /** Whether the parser reads nothing here: it looks for the end of something that it could not read. */
  get skipsHere(): boolean {
    this.#skips ??= ["]", "?"].every((symbol) => this.#takes(symbol, "", this.#before.length));
    return this.#skips;
  }

  #takes(words: string, behind: string, from: number): boolean {
    const { diagnostics } = this.#read(`${words}${behind}`);
    const end = this.#before.length + words.length + behind.length;
    this.#brokenAnyway ??= new Set(this.#read("").diagnostics.map(({ span }) => span.start));
    const known = this.#brokenAnyway;
    // What a declaration cannot follow on lacks something at its end.
    const least = Math.min(from, this.#before.trimEnd().length);
    return !diagnostics.some(({ span, code }) => {
      // What is missing behind the words is no reason against them.
      if (span.start >= end || code === "missing-emit") return false;
      return span.start >= least || !known.has(span.start);
    });
  }

  /** Whether the tree holds the words in an EXPECT or a TIME, and not as a name. */
  #isKeyword(words: string, behind: string): boolean {
    const { file } = this.#read(`${words}${behind}${closers(this.#before)}`);
    const start = this.#before.length;
    const end = start + words.length;
    let isRead = false;
    let isName = false;
    walk(file, ({ node }) => {
      const { span, kind } = node as { readonly span?: Span; readonly kind?: string };
      if (span === undefined) return true;
      if ((kind === "expect" || kind === "arrival") && span.start < start && span.end >= end) isRead = true;
      const named = typeof node["text"] === "string" || typeof node["name"] === "string";
      if (named && span.start >= start && span.start < end) isName = true;
      return !isName;
    });
    return isRead && !isName;
  }

  /** Where those words begin, if they are what stands before the caret; else -1. */
  #startOfLast(words: readonly string[]): number {
    const pattern = new RegExp(`(?<![\\w.])${words.join("\\s+")}\\s+$`, "i");
    return this.#before.search(pattern);
  }

  #read(words: string): Parsed {
    return parsePart(this.#before + words, this.#durationParams);
  }

  *#waysToGoOn(): Generator<string> {
    const close = closers(this.#before);
    if (this.word.kind === "text") {
      yield this.#after;
      yield "}";
      yield `}"`;
      yield `}'`;
      return;
    }
    yield this.#after;
    const clause = /[\r\n][^\S\r\n]*(?:FROM|WHERE|BY|WITHIN|SEQUENCE|WHEN|EMIT)\b[^]*/i.exec(this.#after)?.[0];
    if (clause !== undefined) yield `${close}${clause}`;
    yield `${close}\nEMIT HIGH`;
    yield `: ANY${close}`;
    yield close;
    const [first = "", ...rest] = close.split("\n");
    yield `: 0${first} AT 0s ${rest.join("\n")}`;
    yield ` {} AT 0s${close}`;
    yield ` = 0${close}`;
    yield ` {}${close}`;
  }
}

export interface NameAtCaret {
  /** The node that the name became. */
  readonly visited: Visited;
  readonly file: SourceFile;
  readonly declaration: Declaration;
}

/** No text holds it but by chance, and then a completion is not what it should be, and no more. */
export const CARET = "\u0001caret\u0001";

/** A declaration that is longer before the caret is not read again and again. */
const LONGEST_BEFORE = 100_000;

/** What is read behind the caret to see what a half-written rule is about. */
const LONGEST_AFTER = 20_000;

function findCaret(file: SourceFile): Omit<NameAtCaret, "file"> | null {
  for (const declaration of file.declarations) {
    let found: Visited | null = null;
    walk(declaration, (visited) => {
      const { node } = visited;
      // `{ name }` in data is a value and its name at once.
      const isOwnValue = visited.field === "name" && visited.parent?.node["short"] === true;
      if (isOwnValue) return false;
      if (found === null && (node["text"] === CARET || node["name"] === CARET)) found = visited;
      // A name with a parenthesis behind it is the name of a function, and those are never in back-ticks.
      if (found === null && node["kind"] === "call" && node["name"] === "") found = visited;
      return found === null;
    });
    if (found !== null) return { visited: found, declaration };
  }
  return null;
}

/** The PARAMs that may stand for durations. */
function durationParams(outline: readonly OutlineEntry[]): ReadonlySet<string> {
  return new Set(
    outline.flatMap(({ declaration }) =>
      declaration.kind === "param" && declaration.value.kind === "duration" ? [declaration.name.text] : [],
    ),
  );
}
