import type { Diagnostic } from "../diagnostic.ts";
import { printAnyName, printName } from "../print/name.ts";
import type { Analysis } from "./analysis.ts";
import { isOneOf, linkedSymbols } from "./references.ts";
import type { Occurrence } from "./occurrence.ts";
import { occurrencesOf } from "./occurrences.ts";
import type { FileEdits, RenameResult, RenameTarget, SymbolKind, TextEdit } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";

/** A file with what is known of it; renaming looks at all files that are read together. */
export interface RenameFile {
  readonly analysis: Analysis;
  readonly occurrences: readonly Occurrence[];
}

/** What a rename at a place would rename, or why it cannot. */
export function renameTarget(
  files: readonly RenameFile[],
  source: SourceText,
  place: Occurrence | undefined,
): RenameTarget {
  if (place === undefined) return { ok: false, reason: "only names can be renamed" };
  const { kind, name, span, symbols } = place;
  if (kind === "sink") return { ok: false, reason: `\`${name}\` is a sink, which the host names` };
  if (symbols.some((symbol) => symbol.startsWith("?"))) {
    return { ok: false, reason: `\`${name}\` is a field that no STREAM declares: its events name it` };
  }
  const declared = files.some(({ occurrences }) =>
    occurrences.some((other) => other.declaration && isOneOf(other, new Set(symbols))),
  );
  if (!declared && kind !== "stream") return { ok: false, reason: `\`${name}\` is not declared in these files` };
  return { ok: true, range: source.range(span), name, kind };
}

/**
 * Renames a name in all files that are read together.
 *
 * The edits are tried before they are given: where the rules would then say something else, the rename is refused with the reason.
 */
export function rename(
  files: readonly RenameFile[],
  place: Occurrence,
  newName: string,
  reanalyse: (texts: ReadonlyMap<string, string>) => readonly Analysis[],
): RenameResult {
  if (newName === "" || /[`\r\n]/.test(newName)) {
    return { ok: false, reason: "a name is not empty, and holds neither back-ticks nor line ends" };
  }
  if (newName === place.name) return { ok: true, files: [] };
  const wanted = linkedSymbols(
    files.map(({ analysis, occurrences }) => ({ source: analysis.source, occurrences })),
    place.symbols,
  );
  if (isTaken(files, wanted, place.name, newName)) {
    return { ok: false, reason: `there is a ${CALLED[place.kind] ?? place.kind} \`${newName}\` already` };
  }
  let clash = "";
  // A name that is taken for a keyword in its place needs its back-ticks there.
  for (const text of new Set([printName(newName), `\`${newName}\``])) {
    const edited = files.map(({ analysis, occurrences }) =>
      editsOf(analysis.source, occurrences, wanted, newName, text),
    );
    const texts = new Map(edited.map(({ source, edits }) => [source.file, applyEdits(source.text, edits)]));
    const found = findClash(files, wanted, newName, reanalyse(texts));
    if (found === null) return { ok: true, files: filesOf(edited) };
    clash = found;
  }
  return { ok: false, reason: clash };
}

const CALLED: Readonly<Partial<Record<SymbolKind, string>>> = {
  alias: "step",
  data: "value",
  param: "PARAM",
  let: "LET",
};

interface EditedFile {
  readonly source: SourceText;
  readonly edits: readonly TextEdit[];
}

function filesOf(edited: readonly EditedFile[]): readonly FileEdits[] {
  return edited.filter(({ edits }) => edits.length > 0).map(({ source, edits }) => ({ file: source.file, edits }));
}

function editsOf(
  source: SourceText,
  occurrences: readonly Occurrence[],
  wanted: ReadonlySet<string>,
  newName: string,
  newText: string,
): EditedFile {
  const edits = new Map<number, TextEdit>();
  const replace = (start: number, end: number, text: string): void => {
    edits.set(start, { range: source.range({ start, end }), text });
  };
  for (const place of occurrences) {
    const { span, shortStart, kind, name, form } = place;
    if (!isOneOf(place, wanted)) continue;
    if (form === "string") {
      replace(span.start, span.end, JSON.stringify(newName));
      continue;
    }
    if (shortStart === null) replace(span.start, span.end, newText);
    // `{ amount }` gives a value and its name: only the one is renamed, and so the other is written out.
    else if (kind === "data") replace(shortStart, shortStart, `${newText}: `);
    else if (shortStart === span.start) replace(span.start, span.end, `${printAnyName(name)}: ${newText}`);
    else {
      replace(shortStart, shortStart, `${printAnyName(name)}: `);
      replace(span.start, span.end, newText);
    }
  }
  return { source, edits: [...edits.values()].toSorted((a, b) => a.range.start.offset - b.range.start.offset) };
}

/** The text after edits that are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let done = 0;
  for (const { range, text: replacement } of edits) {
    result += text.slice(done, range.start.offset) + replacement;
    done = range.end.offset;
  }
  return result + text.slice(done);
}

/** Why the renamed files do not mean what they did; `null` where they do. */
function findClash(
  before: readonly RenameFile[],
  wanted: ReadonlySet<string>,
  newName: string,
  after: readonly Analysis[],
): string | null {
  const renamed = after.map((analysis) => ({ analysis, occurrences: occurrencesOf(analysis) }));
  for (const [i, { analysis }] of before.entries()) {
    const known = new Set(errorsOf(analysis).map(({ code, message }) => `${code} ${message}`));
    const added = errorsOf(renamed[i]!.analysis).filter(({ code, message }) => !known.has(`${code} ${message}`));
    if (added.length > 0 && errorsOf(renamed[i]!.analysis).length > errorsOf(analysis).length) {
      return `with \`${newName}\` the rules would be wrong: ${added[0]!.message}`;
    }
  }
  for (const [i, { occurrences }] of before.entries()) {
    const expected = occurrences.map((place) => summary(place, isOneOf(place, wanted) ? newName : place.name)).sort();
    const found = renamed[i]!.occurrences.map((place) => summary(place, place.name)).sort();
    if (expected.length !== found.length || expected.some((text, at) => text !== found[at])) {
      return `\`${newName}\` stands for something else there already`;
    }
  }
  return null;
}

/** All that counts of a place but where it is. */
function summary({ kind, declaration }: Occurrence, name: string): string {
  return `${kind} ${declaration} ${name}`;
}

function errorsOf({ diagnostics }: Analysis): readonly Diagnostic[] {
  return diagnostics.filter(({ level }) => level === "error");
}

/** Whether something else has the name already that the symbols would get. */
function isTaken(files: readonly RenameFile[], wanted: ReadonlySet<string>, oldName: string, newName: string): boolean {
  const renamed = new Set([...wanted].map((symbol) => `${symbol.slice(0, symbol.length - oldName.length)}${newName}`));
  return files.some(({ occurrences }) =>
    occurrences.some((place) => !isOneOf(place, wanted) && isOneOf(place, renamed)),
  );
}
