import type { HostFunction } from "../check/names.ts";
import { type CaretContext, caretContext } from "./caret-place.ts";
import { keywordItems } from "./complete-keywords.ts";
import { nameItems } from "./complete-names.ts";
import { ruleSnippets } from "./complete-snippets.ts";
import { type NameAtCaret, Probe } from "./probe.ts";
import type { CompletionItem, Completions, SampledStream } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";
import { type CaretWord, wordAt } from "./word-at.ts";

/** What completion knows besides the text. */
export interface Surroundings {
  readonly around: readonly SourceText[];
  readonly functions: ReadonlyMap<string, HostFunction>;
  readonly samples: readonly SampledStream[];
}

/** Past this many items an editor shows none of them better. */
const MAX_ITEMS = 1_000;

/**
 * What may stand at a caret, in half-written rules too: names by what they would mean there, and the keywords that the grammar
 * lets follow. All of them, whatever the word at the caret begins with: editors filter.
 */
export function complete(source: SourceText, caret: number, surroundings: Surroundings): Completions {
  const word = wordAt(source, caret);
  if (word === null) return none(source, caret);
  if (word.kind === "text") return completeInString(source, word, surroundings);
  const probe = new Probe(source, word);
  const name = probe.readName();
  const context = name === null ? null : contextOf(name, probe, source, surroundings);
  const names = context === null ? [] : nameItems(context, source, word, surroundings.samples);
  // A number goes on as a duration, never as a word.
  const words = word.kind === "number" ? [] : keywordItems(probe, context?.place.kind ?? null);
  const snippets = words.some(({ label }) => label === "RULE") ? ruleSnippets : [];
  const items = [...new Map([...names, ...words].map((item) => [`${item.kind} ${item.label}`, item])).values()];
  return { range: source.range(word), items: [...items, ...snippets].slice(0, MAX_ITEMS) };
}

/** In a message an expression between braces; elsewhere the values that the string may stand for. */
function completeInString(source: SourceText, word: CaretWord, surroundings: Surroundings): Completions {
  const inside = new Probe(source, word);
  const name = inside.readName();
  if (name !== null) {
    const items = itemsFor(name, inside, source, surroundings).filter(({ kind }) => kind !== "value");
    return { range: source.range(word), items };
  }
  const whole = Probe.ofString(source, word);
  const value = whole.readName();
  const items =
    value === null ? [] : itemsFor(value, whole, source, surroundings).filter(({ kind }) => kind === "value");
  return { range: source.range(whole.word), items };
}

function itemsFor(
  name: NameAtCaret,
  probe: Probe,
  source: SourceText,
  surroundings: Surroundings,
): readonly CompletionItem[] {
  return nameItems(contextOf(name, probe, source, surroundings), source, probe.word, surroundings.samples);
}

function contextOf(
  name: NameAtCaret,
  probe: Probe,
  source: SourceText,
  { around, functions }: Surroundings,
): CaretContext {
  return caretContext(name, probe, source, around, functions);
}

function none(source: SourceText, caret: number): Completions {
  return { range: source.range({ start: caret, end: caret }), items: [] };
}
