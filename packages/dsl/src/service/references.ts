import type { Location } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";
import type { Occurrence } from "./occurrence.ts";

/** The names of one file, with its text. */
export interface FileNames {
  readonly source: SourceText;
  readonly occurrences: readonly Occurrence[];
}

/** The symbols that are the same name as those: of fields that several streams share, all. */
export function linkedSymbols(files: readonly FileNames[], symbols: readonly string[]): ReadonlySet<string> {
  const linked = new Set(symbols);
  const several = files.flatMap(({ occurrences }) => occurrences.filter((place) => place.symbols.length > 1));
  for (let size = 0; size < linked.size; ) {
    size = linked.size;
    for (const place of several) {
      if (place.symbols.some((symbol) => linked.has(symbol))) for (const symbol of place.symbols) linked.add(symbol);
    }
  }
  return linked;
}

export function isOneOf({ symbols }: Occurrence, wanted: ReadonlySet<string>): boolean {
  return symbols.some((symbol) => wanted.has(symbol));
}

/** Where a name is declared. */
export function definitions(files: readonly FileNames[], { symbols }: Occurrence): readonly Location[] {
  const wanted = new Set(symbols);
  return locations(files, (place) => place.declaration && isOneOf(place, wanted));
}

/** Every place of a name, its declarations too where they are asked for. */
export function references(
  files: readonly FileNames[],
  { symbols }: Occurrence,
  withDeclarations: boolean,
): readonly Location[] {
  const wanted = linkedSymbols(files, symbols);
  return locations(files, (place) => isOneOf(place, wanted) && (withDeclarations || !place.declaration));
}

function locations(files: readonly FileNames[], fits: (place: Occurrence) => boolean): readonly Location[] {
  return files.flatMap(({ source, occurrences }) => {
    const spans = new Map(occurrences.filter(fits).map(({ span }) => [span.start, span]));
    return [...spans.values()]
      .toSorted((a, b) => a.start - b.start)
      .map((span) => ({ file: source.file, range: source.range(span) }));
  });
}
