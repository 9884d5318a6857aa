import type { Span } from "../ast.ts";
import type { Diagnostic, DiagnosticLevel } from "../diagnostic.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";
import { MAX_DIAGNOSTICS } from "../limits.ts";
import { lineStarts, type Position, positionAt } from "../position.ts";
import type { Advice } from "../reporter.ts";
import { didYouMean } from "./did-you-mean.ts";

const LONGEST_QUOTE = 40;
const LONGEST_MESSAGE = 400;
/** Names compared in search of those that were meant: many slips times many names must not take long. */
const MAX_COMPARED = 100_000;

/**
 * Collects what the checker says of one file: the same code and level once per place, and nothing where the parser said something already.
 */
export class Report {
  readonly #text: string;
  readonly #lines: readonly number[];
  readonly #known: ReadonlySet<number>;
  readonly #said = new Set<string>();
  readonly #found: Diagnostic[] = [];
  readonly #syntax: readonly Diagnostic[];
  #errors = 0;
  #compared = 0;

  constructor(text: string, syntax: readonly Diagnostic[]) {
    this.#text = text;
    this.#lines = lineStarts(text);
    this.#syntax = syntax;
    this.#known = new Set(syntax.map((diagnostic) => diagnostic.span.start));
  }

  /** Errors of the checker so far: two looks tell whether what lies between found any. */
  get errors(): number {
    return this.#errors;
  }

  /** Whether the parser found an error in that part of the text: what seems missing there may only be unread. */
  isBroken(span: Span): boolean {
    return this.#syntax.some(({ span: { start } }) => start >= span.start && start <= span.end);
  }

  error(code: DiagnosticCode, span: Span, message: string, advice: Advice = {}): void {
    this.#add("error", code, span, message, advice);
  }

  warning(code: DiagnosticCode, span: Span, message: string, advice: Advice = {}): void {
    this.#add("warning", code, span, message, advice);
  }

  hint(code: DiagnosticCode, span: Span, message: string, advice: Advice = {}): void {
    this.#add("hint", code, span, message, advice);
  }

  /** The advice to write the nearest of the names instead, where one is near. */
  didYouMean(word: string, names: Iterable<string>): Advice {
    const candidates = [...names];
    this.#compared += candidates.length;
    return this.#compared > MAX_COMPARED ? {} : didYouMean(word, candidates);
  }

  /** The line and column at which a span begins. */
  positionOf({ start }: Span): Position {
    return positionAt(this.#lines, start);
  }

  /** The text of a span, in back-ticks, cut where it is long. */
  quote({ start, end }: Span): string {
    const text = this.#text.slice(start, end).replaceAll(/\s+/g, " ");
    return `\`${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}\``;
  }

  /** Where in a span the words stand, the last time; the whole span where they do not. */
  find(span: Span, words: RegExp): Span {
    const last = [...this.#text.slice(span.start, span.end).matchAll(words)].at(-1);
    if (last === undefined) return span;
    const start = span.start + last.index;
    return { start, end: start + last[0].length };
  }

  /** Those of the parser and of the checker, in the order of the text. */
  all(): readonly Diagnostic[] {
    const place = ({ span }: Diagnostic): number => span.start;
    return [...this.#syntax, ...this.#found].toSorted((a, b) => place(a) - place(b));
  }

  #add(level: DiagnosticLevel, code: DiagnosticCode, span: Span, message: string, advice: Advice): void {
    // With the level: a warning at the place must not hide an error.
    const place = `${span.start} ${code} ${level}`;
    if (level === "error") this.#errors++;
    if (this.#known.has(span.start) || this.#said.has(place) || this.#found.length >= MAX_DIAGNOSTICS) return;
    this.#said.add(place);
    this.#found.push({
      level,
      code,
      message: inOneLine(message),
      span: { start: span.start, end: span.end },
      ...positionAt(this.#lines, span.start),
      ...advice,
    });
  }
}

/** A name may hold line ends, and be as long as the text. */
function inOneLine(message: string): string {
  const line = message.replaceAll(/\s+/g, " ");
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
