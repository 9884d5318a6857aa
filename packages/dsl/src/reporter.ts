import type { Span } from "./ast.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { DiagnosticCode } from "./diagnostic-codes.ts";
import { MAX_DIAGNOSTICS } from "./limits.ts";
import { lineStarts, positionAt } from "./position.ts";

export interface Advice {
  readonly hint?: string;
  readonly fix?: string;
}

/** Collects the errors of one text, at most one per place and `MAX_DIAGNOSTICS` in all. */
export class Reporter {
  readonly #length: number;
  readonly #lines: readonly number[];
  readonly #places = new Set<number>();
  readonly #diagnostics: Diagnostic[] = [];

  constructor(text: string) {
    this.#length = text.length;
    this.#lines = lineStarts(text);
  }

  /** The number of errors so far: two calls tell whether what lies between reported any. */
  get count(): number {
    return this.#diagnostics.length;
  }

  /** Whether there were more errors than are kept: then nothing more needs to be read. */
  get full(): boolean {
    return this.#diagnostics.length > MAX_DIAGNOSTICS;
  }

  /** Whether an error was reported in that part of the text, its end left out. */
  hasErrorWithin({ start, end }: Span): boolean {
    return [...this.#places].some((place) => place >= start && place < end);
  }

  error(code: DiagnosticCode, span: Span, message: string, advice: Advice = {}): void {
    if (this.full) return;
    const start = Math.min(span.start, this.#length);
    if (this.#places.has(start)) return;
    this.#places.add(start);
    if (this.#diagnostics.length === MAX_DIAGNOSTICS) {
      this.#add(
        "too-many-errors",
        { start, end: start },
        `more than ${MAX_DIAGNOSTICS} errors: the rest is not read`,
        {},
      );
      return;
    }
    this.#add(code, { start, end: Math.max(start, Math.min(span.end, this.#length)) }, message, advice);
  }

  /** In the order of the text. */
  sorted(): readonly Diagnostic[] {
    return this.#diagnostics.toSorted((a, b) => a.span.start - b.span.start);
  }

  #add(code: DiagnosticCode, span: Span, message: string, advice: Advice): void {
    this.#diagnostics.push({ level: "error", code, message, span, ...positionAt(this.#lines, span.start), ...advice });
  }
}
