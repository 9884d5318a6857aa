import type { EvalContext, Evaluate } from "./evaluate.ts";
import { maxTextLength, sixDigits, toText } from "./values/to-text.ts";

/**
 * The message of an alert: its texts as they are, its expressions as people read them.
 *
 * Numbers have at most 6 digits after the point (from 1e21 on an exponent, as in JSON), those inside lists and objects are as in
 * JSON. What is longer than 2^20 UTF-16 units is cut, and ends in `…`.
 */
export function formatMessage(parts: readonly (string | Evaluate)[], context: EvalContext): string {
  let text = "";
  for (const part of parts) {
    text += typeof part === "string" ? part : toText(part(context), sixDigits);
    if (text.length > maxTextLength) return `${text.slice(0, maxTextLength)}…`;
  }
  return text;
}
