import { RE2JS } from "re2js";

/** Thrown by `compileRegex`: what is wrong with the pattern, in lower case. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

export interface Regex {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
}

/**
 * Compiles a regular expression in RE2 syntax. Matching takes time linear in the text; patterns whose repeats multiply beyond
 * 1,000 are refused.
 */
export function compileRegex(pattern: string): Regex {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RegexError(reason.replace(/^error parsing regexp: /, ""), { cause: error });
  }
}
