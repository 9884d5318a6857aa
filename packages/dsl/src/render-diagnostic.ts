import type { Diagnostic, DiagnosticLevel } from "./diagnostic.ts";

export interface RenderOptions {
  /** Escape codes for a terminal. */
  readonly color: boolean;
}

/** Longest part of a line that a frame shows. */
const FRAME_WIDTH = 120;

const COLORS: Readonly<Record<DiagnosticLevel, string>> = { error: "31", warning: "33", hint: "36" };

/**
 * A diagnostic as a terminal shows it: the sentence, the place, the line, and carets under the text with the hint.
 *
 * ```text
 * error[unknown-field]: stream `transactions` has no field `amout`
 *   fraud.weir:3:9
 *   3 |   WHERE amout > 100
 *     |         ^^^^^ did you mean `amount`?
 * ```
 */
export function renderDiagnostic(d: Diagnostic, text: string, file: string, options: RenderOptions): string {
  const paint = (code: string, part: string): string => (options.color ? `\u001b[${code}m${part}\u001b[0m` : part);
  const color = COLORS[d.level];
  const frame = frameOf(d, text);
  const number = String(d.line);
  const carets = paint(color, "^".repeat(frame.caretWidth));
  return [
    `${paint(`1;${color}`, `${d.level}[${d.code}]`)}: ${printable(d.message)}`,
    `  ${file}:${d.line}:${d.column}`,
    `  ${paint("2", `${number} |`)} ${frame.line}`.trimEnd(),
    `  ${" ".repeat(number.length)} ${paint("2", "|")} ${frame.indent}${carets}${d.hint === undefined ? "" : ` ${printable(d.hint)}`}`,
  ].join("\n");
}

interface Frame {
  /** The line, or the part of a long one around the place. */
  readonly line: string;
  /** Blanks up to the place; tabs stay tabs. */
  readonly indent: string;
  readonly caretWidth: number;
}

function frameOf(d: Diagnostic, text: string): Frame {
  const lineStart = d.span.start - d.column + 1;
  const rest = text.slice(lineStart).search(/[\r\n]/);
  const lineEnd = rest < 0 ? text.length : lineStart + rest;
  const spanEnd = Math.min(Math.max(d.span.end, d.span.start + 1), Math.max(lineEnd, d.span.start + 1));
  const from = d.column > FRAME_WIDTH - 20 ? d.span.start - 40 : lineStart;
  const to = Math.min(lineEnd, from + FRAME_WIDTH);
  const before = from > lineStart ? "…" : "";
  const shown = `${before}${text.slice(from, to)}${to < lineEnd ? "…" : ""}`;
  const indent = before.replace("…", " ") + printable(text.slice(from, d.span.start)).replaceAll(/[^\t]/g, " ");
  const width = Math.max(1, Math.min(spanEnd, Math.max(to, d.span.start + 1)) - d.span.start);
  return { line: printable(shown), indent, caretWidth: width };
}

/** Without control characters, which could act on a terminal: each is shown as one character. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => (character === "\t" ? "\t" : "\ufffd"));
}
