import { format } from "../print/print.ts";
import type { TextEdit } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";

/** The edits that give a file its canonical form: none where it has errors, or has that form already. */
export function formatFile(source: SourceText): readonly TextEdit[] {
  return difference(source, 0, source.text.length, format(source.text).text);
}

/** As `formatFile`, for the declarations that a range touches alone. */
export function formatRange(source: SourceText, start: number, end: number): readonly TextEdit[] {
  const { file, diagnostics } = source.parsed;
  if (diagnostics.length > 0) return [];
  const touched = file.declarations.filter(({ span }) => span.start <= end && span.end >= start);
  const first = touched[0]?.span.start;
  const last = touched.at(-1)?.span.end;
  if (first === undefined || last === undefined) return [];
  // The text of the declarations alone may be another one: a PARAM elsewhere may be a duration here.
  const params = file.declarations.filter((decl) => decl.kind === "param" && !touched.includes(decl));
  const head = params.map(({ span }) => `${source.slice(span)};\n`).join("");
  const formatted = format(`${head}${source.text.slice(first, last)}`);
  if (formatted.diagnostics.length > 0) return [];
  const headLength = head === "" ? 0 : format(head).text.length;
  const text = formatted.text.slice(headLength).trim();
  return difference(source, first, last, text);
}

/** One edit of what differs between a part of the text and what is to stand there. */
function difference(source: SourceText, start: number, end: number, text: string): readonly TextEdit[] {
  const old = source.text.slice(start, end);
  if (old === text) return [];
  let same = 0;
  while (same < old.length && same < text.length && old.charCodeAt(same) === text.charCodeAt(same)) same += 1;
  let back = 0;
  const most = Math.min(old.length, text.length) - same;
  while (back < most && old.charCodeAt(old.length - 1 - back) === text.charCodeAt(text.length - 1 - back)) back += 1;
  const range = source.range({ start: start + same, end: end - back });
  return [{ range, text: text.slice(same, text.length - back) }];
}
