import type { Span } from "./ast.ts";

export type DiagnosticLevel = "error" | "warning" | "hint";

/**
 * One thing to say about a rule file, for the author of the rule.
 *
 * `message` is a lower-case sentence without a full stop, the user's text in back-ticks. `hint` says what to do about it.
 * Lines and columns are counted from 1, columns in UTF-16 units.
 */
export interface Diagnostic {
  readonly level: DiagnosticLevel;
  /** A stable name of the catalogue in `diagnostic-codes.ts`. */
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
  /** A replacement for the span's text that would cure it, where one is known. */
  readonly fix?: string;
}

import type { DiagnosticCode } from "./diagnostic-codes.ts";
