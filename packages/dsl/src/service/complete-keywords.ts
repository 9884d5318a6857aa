import type { CaretPlace } from "./caret-place.ts";
import { keywordRecords, type KeywordRecord } from "./keywords.ts";
import type { Probe } from "./probe.ts";
import type { CompletionItem } from "./service-types.ts";

/** Longest declaration before the caret of which the grammar is asked for every keyword. */
const LONGEST_DECLARATION = 16_000;

/** Where the grammar cannot be asked: in a longer one, and where the parser looks for what it can read again. */
const CLAUSES: ReadonlySet<string> = new Set(
  "FROM WHERE BY WITHIN SEQUENCE WHEN EMIT RULE STREAM TABLE PARAM LET TEST".split(" "),
);

/** Places where every word is a name, reserved or not. */
const NAMES_ALONE: ReadonlySet<CaretPlace["kind"]> = new Set(["member", "pair", "new-field", "sink", "param", "table"]);

/** The keywords that the grammar lets follow at the caret, at which a name would be of that kind. */
export function keywordItems(probe: Probe, place: CaretPlace["kind"] | null): readonly CompletionItem[] {
  if (place !== null && NAMES_ALONE.has(place)) return [];
  if (place === "time-field") return itemsOf(probe, (words) => words === "ARRIVAL");
  if (probe.length > LONGEST_DECLARATION) return itemsOf(probe, (words) => CLAUSES.has(words), 0, true);
  // What goes on from a word that the parser could not read may still be what it waits for.
  const goesOn = itemsOf(probe, () => true, 1);
  if (!probe.skipsHere) return [...goesOn, ...itemsOf(probe, () => true)];
  return goesOn.length > 0 ? goesOn : itemsOf(probe, (words) => CLAUSES.has(words), 0, true);
}

/** `least`: how many words of each must stand before the caret; `blind`: the parser is not asked. */
function itemsOf(
  probe: Probe,
  wanted: (words: string) => boolean,
  least = 0,
  blind = false,
): readonly CompletionItem[] {
  return keywordRecords.flatMap((record, index) => {
    if (!wanted(record.words)) return [];
    const words = record.words.split(" ");
    const counts = least === 0 ? [0] : words.map((_, i) => i).slice(1);
    const given = [...counts].find((count) => blind || probe.takesWords(words, record.behind ?? "", count));
    return given === undefined ? [] : [toItem(record, given, index)];
  });
}

/** `given`: how many of its words stand there already. */
function toItem({ words, doc, snippet }: KeywordRecord, given: number, index: number): CompletionItem {
  const rest = words.split(" ").slice(given).join(" ");
  const insert = given === 0 ? (snippet ?? words) : rest;
  return {
    label: rest,
    kind: "keyword",
    doc,
    insert,
    snippet: given === 0 && snippet !== undefined,
    sort: `5${String(index).padStart(3, "0")}`,
  };
}
