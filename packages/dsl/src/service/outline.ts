import type { Declaration } from "../ast.ts";
import type { Parsed } from "../parse/parse.ts";

/** A declaration with its place in the text; its own spans may be those of an earlier text. */
export interface OutlineEntry {
  readonly declaration: Declaration;
  readonly start: number;
  readonly end: number;
  /** Whether the text of the declaration is as it was when it was read. */
  readonly intact: boolean;
}

/** What was read of a text that the present one came from. */
export interface Base {
  readonly text: string;
  readonly parsed: Parsed;
}

export function outlineOf({ file }: Parsed): readonly OutlineEntry[] {
  return file.declarations.map((declaration) => ({ declaration, ...declaration.span, intact: true }));
}

/**
 * The declarations of a text by those of an earlier one: those before the change where they were, those behind it shifted.
 *
 * Where the change opens a comment or a string the rest is not what it says; that is seen when the text is read the next time.
 */
export function shiftedOutline({ text: before, parsed }: Base, text: string): readonly OutlineEntry[] {
  const most = Math.min(before.length, text.length);
  let same = 0;
  while (same < most && before.charCodeAt(same) === text.charCodeAt(same)) same += 1;
  let back = 0;
  while (
    back < most - same &&
    before.charCodeAt(before.length - 1 - back) === text.charCodeAt(text.length - 1 - back)
  ) {
    back += 1;
  }
  const shift = text.length - before.length;
  const changeEnd = before.length - back;
  // Where a word is written against the first one of a declaration, that begins there no longer.
  const firstBehind = /\w/.test(text.charAt(changeEnd + shift - 1)) ? changeEnd + 1 : changeEnd;
  const entries: OutlineEntry[] = [];
  for (const declaration of parsed.file.declarations) {
    const { start, end } = declaration.span;
    if (end < same) {
      entries.push({ declaration, start, end, intact: true });
    } else if (start >= firstBehind) {
      entries.push({ declaration, start: start + shift, end: end + shift, intact: true });
    } else if (start <= same) {
      entries.push({ declaration, start, end: Math.max(start, end + shift), intact: false });
    }
  }
  return entries;
}
