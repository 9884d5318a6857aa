import { formatDuration } from "../duration-literal.ts";
import type { Names } from "../check/names.ts";
import { printName } from "../print/name.ts";
import type { CompletionItem } from "./service-types.ts";

const USUAL: readonly string[] = ["1s", "10s", "30s", "1m", "5m", "10m", "30m", "1h", "6h", "1d", "7d", "30d"];
const UNITS: readonly string[] = ["s", "m", "h", "d", "w", "ms"];

/** Usual durations, or the units for a number that stands there already, and the PARAMs that hold one. */
export function durationItems(word: string, names: Names): readonly CompletionItem[] {
  const digits = /^\d[\d_]*/.exec(word)?.[0];
  const literals = digits === undefined ? USUAL : UNITS.map((unit) => `${digits}${unit}`);
  const params = [...names.params].flatMap(([name, { decl, type }]): readonly CompletionItem[] =>
    type.name !== "DURATION" || decl.value.kind !== "duration" || digits !== undefined
      ? []
      : [
          {
            label: name,
            kind: "param",
            detail: formatDuration(decl.value.ms),
            insert: printName(name),
            snippet: false,
            sort: `1${name}`,
          },
        ],
  );
  return [
    ...literals.map(
      (text, i): CompletionItem => ({
        label: text,
        kind: "duration",
        insert: text,
        snippet: false,
        sort: `2${String(i).padStart(2, "0")}`,
      }),
    ),
    ...params,
  ];
}
