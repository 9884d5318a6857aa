import type { Name, Span } from "../ast.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";
import { placedKeywords, reservedWords } from "../lex/keywords.ts";
import type { Token } from "../lex/token.ts";
import { MAX_LIST_ITEMS, MAX_NESTING } from "../limits.ts";
import type { Advice, Reporter } from "../reporter.ts";
import { suggest } from "../suggest.ts";

/** Thrown behind a reported error that what is being parsed cannot survive; caught where a clause or a declaration can resume. */
export class SyntaxFailure extends Error {}

/** A place among the tokens of a file, with what the parsing functions share. */
export class Cursor {
  readonly reporter: Reporter;
  /** PARAMs that may stand for a duration. */
  readonly durationParams: ReadonlySet<string>;
  /** Brackets and the like that are open. */
  depth = 0;
  readonly #tokens: Token[];
  readonly #end: Token;
  #index = 0;

  constructor(tokens: readonly Token[], reporter: Reporter, durationParams: ReadonlySet<string>) {
    this.#tokens = [...tokens];
    this.reporter = reporter;
    this.durationParams = durationParams;
    const end = tokens.at(-1);
    if (end?.kind !== "end") throw new Error("the tokens have no end");
    this.#end = end;
  }

  get token(): Token {
    return this.peek(0);
  }

  /** The last token that was taken. */
  get previous(): Token | undefined {
    return this.#tokens[this.#index - 1];
  }

  /** The end of what was taken so far. */
  get lastEnd(): number {
    return this.previous?.end ?? 0;
  }

  get index(): number {
    return this.#index;
  }

  peek(ahead: number): Token {
    return this.#tokens[this.#index + ahead] ?? this.#end;
  }

  /** Whether the token `ahead` is one of these keywords or symbols. */
  at(key: string, ahead = 0): boolean {
    return this.peek(ahead).key === key;
  }

  atAny(keys: ReadonlySet<string>, ahead = 0): boolean {
    return keys.has(this.peek(ahead).key);
  }

  atEnd(): boolean {
    return this.token.kind === "end";
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== "end") this.#index += 1;
    return token;
  }

  take(key: string): Token | undefined {
    return this.at(key) ? this.advance() : undefined;
  }

  expect(key: string, purpose?: string): Token {
    const token = this.take(key);
    if (token !== undefined) return token;
    const wanted = purpose === undefined ? `\`${key}\`` : `\`${key}\` ${purpose}`;
    if (/^\w/.test(key)) return this.expectKeyword(key, wanted);
    return this.fail(wanted);
  }

  /** A name that is not a reserved word. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "quoted" || (token.kind === "word" && !reservedWords.has(token.key));
  }

  isAnyName(ahead = 0): boolean {
    const { kind } = this.peek(ahead);
    return kind === "quoted" || kind === "word";
  }

  /** `what` says which name, with its article: `a stream`. */
  name(what: string): Name {
    if (this.isName()) return this.#hyphenated(this.advance());
    const { token } = this;
    if (token.kind === "word") {
      return this.fail(what, {
        hint: `if \`${token.text}\` is a name, write it in back-ticks: \`\` \`${token.text}\` \`\``,
      });
    }
    return this.fail(what);
  }

  /** `my-rule`, which is a name in back-ticks alone, is reported and taken for it. */
  #hyphenated(first: Token): Name {
    const name = toName(first);
    let { end } = first;
    let { text } = name;
    while (
      first.kind === "word" &&
      this.at("-") &&
      this.token.start === end &&
      this.isAnyName(1) &&
      this.peek(1).start === end + 1
    ) {
      this.advance();
      const next = this.advance();
      text += `-${next.text}`;
      end = next.end;
    }
    if (end === first.end) return name;
    const span = { start: first.start, end };
    this.error("unquoted-name", span, `\`${text}\` is a name in back-ticks alone`, {
      hint: "put back-ticks around it, or write `_`",
      fix: `\`${text}\``,
    });
    return { text, span };
  }

  anyName(what: string): Name {
    return this.isAnyName() ? toName(this.advance()) : this.fail(what);
  }

  /** Comma-separated, at least one. */
  list<Item>(item: () => Item): Item[] {
    const items = [item()];
    let counted = 1;
    while (this.take(",") !== undefined) {
      if (counted === MAX_LIST_ITEMS) {
        this.error("too-many-items", this.token, `a list has at most ${MAX_LIST_ITEMS} items`);
      }
      counted += 1;
      const next = item();
      if (counted <= MAX_LIST_ITEMS) items.push(next);
    }
    return items;
  }

  /** Comma-separated between brackets, none too, with an optional comma behind the last. */
  bracketed<Item>(open: string, close: string, item: () => Item): Item[] {
    const opening = this.expect(open);
    return this.nested(opening, () => {
      const items: Item[] = [];
      let counted = 0;
      while (!this.at(close)) {
        if (counted === MAX_LIST_ITEMS) {
          this.error("too-many-items", this.token, `a list has at most ${MAX_LIST_ITEMS} items`);
        }
        counted += 1;
        const next = item();
        if (counted <= MAX_LIST_ITEMS) items.push(next);
        if (this.take(",") === undefined) break;
      }
      this.close(close, opening);
      return items;
    });
  }

  /** Takes the bracket that belongs to `opening`. */
  close(key: string, opening: Token): Token {
    return this.take(key) ?? this.fail(`\`${key}\` for the \`${opening.text}\` before`);
  }

  /** Parses something inside of something else, which goes no deeper than the limit. */
  nested<Result>(opening: Span, parse: () => Result): Result {
    if (this.depth >= MAX_NESTING) {
      this.error("too-deep", opening, `nesting is deeper than ${MAX_NESTING}`, { hint: "name a part of it with LET" });
      throw new SyntaxFailure();
    }
    this.depth += 1;
    const result = parse();
    this.depth -= 1;
    return result;
  }

  /** Parses what may fail; after a failure the cursor stands where it did when it failed. */
  attempt<Result>(parse: () => Result): Result | undefined {
    const { depth } = this;
    try {
      return parse();
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      this.depth = depth;
      return undefined;
    }
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.lastEnd) };
  }

  error(code: DiagnosticCode, span: Span, message: string, advice?: Advice): void {
    this.reporter.error(code, { start: span.start, end: span.end }, message, advice);
  }

  /** Reports that something else was wanted here, and gives up what is being parsed. */
  fail(wanted: string, advice?: Advice): never {
    this.unexpected(wanted, advice);
    throw new SyntaxFailure();
  }

  unexpected(wanted: string, advice?: Advice): void {
    const { token } = this;
    const { previous } = this;
    const next = this.#beginsNext();
    // What is missing at the end, or before the next declaration, is missing behind the last token.
    const isBehind = previous !== undefined && (token.kind === "end" || next);
    const span = isBehind ? { start: previous.end, end: previous.end } : token;
    const found = isBehind && next ? `the next ${token.key}` : describe(token);
    this.error("unexpected-token", span, `expected ${wanted}, found ${found}`, advice);
  }

  /** Whether another declaration begins here. */
  #beginsNext(): boolean {
    const { key } = this.token;
    if (key === "RULE") return this.isName(1);
    if (key === "TEST") return this.peek(1).kind === "string";
    return (key === "STREAM" || key === "TABLE" || key === "PARAM" || key === "LET") && this.isName(1);
  }

  /** As `expect` for a keyword, with a misspelt one taken for it. */
  expectKeyword(key: string, wanted: string): Token {
    return this.correct([key]) ? this.advance() : this.fail(wanted);
  }

  /** Reports a word that resembles one of these keywords, and from then on takes it for that keyword. */
  correct(keywords: readonly string[]): boolean {
    const { token } = this;
    const meant = this.resembling(token, keywords);
    if (meant === undefined) return false;
    this.error("misspelt-keyword", token, `\`${token.text}\` is no keyword`, {
      hint: `did you mean \`${meant}\`?`,
      fix: meant,
    });
    this.#tokens[this.#index] = { ...token, key: meant };
    return true;
  }

  resembling(token: Token, keywords: readonly string[]): string | undefined {
    if (token.kind !== "word" || reservedWords.has(token.key) || placedKeywords.has(token.key)) return undefined;
    return suggest(token.key, keywords);
  }
}

export function toName(token: Token): Name {
  const text = token.kind === "quoted" ? token.text.replaceAll("`", "") : token.text;
  return { text, span: { start: token.start, end: token.end } };
}

/** What stands there, for a sentence. */
export function describe(token: Token): string {
  if (token.kind === "end") return "the end";
  const text = token.text.length > 40 ? `${token.text.slice(0, 39)}…` : token.text;
  const shown = text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
  return token.kind === "word" && reservedWords.has(token.key) ? `the keyword ${shown}` : shown;
}
