import type { RuleDecl } from "../ast.ts";
import type { Checked } from "../check/check.ts";
import type { Names } from "../check/names.ts";
import { printName } from "../print/name.ts";
import type { CaretContext, PairOwner } from "./caret-place.ts";
import { expressionItems } from "./complete-expression.ts";
import { fieldItem, memberItems } from "./complete-fields.ts";
import { durationItems } from "./complete-durations.ts";
import { knownFields } from "./fields.ts";
import { CARET } from "./probe.ts";
import type { CompletionItem, SampledStream } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";
import { typeText } from "./type-text.ts";
import type { CaretWord } from "./word-at.ts";

/** The names that mean something where the name at the caret stands. */
export function nameItems(
  context: CaretContext,
  source: SourceText,
  word: CaretWord,
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  // The name at the caret may itself be an alias, a key or a stream there.
  return itemsOf(context, source, word, samples).filter(({ label }) => label !== CARET);
}

function itemsOf(
  { place, checked, findings }: CaretContext,
  source: SourceText,
  word: CaretWord,
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  const { names } = checked;
  switch (place.kind) {
    case "expression":
      return word.kind === "number" ? [] : expressionItems(place, names, samples);
    case "member":
      return memberItems(place, names, findings, samples);
    case "stream":
      return streamItems(checked, samples);
    case "duration":
      return durationItems(source.slice(word), names);
    case "rule":
      return ruleNames(source).map((name) => plain(name, "rule"));
    case "sink":
      return sinkNames(source).map((name) => plain(name, "sink"));
    case "param":
      return [...names.params].map(([name, { type }]) => ({ ...plain(name, "param"), detail: typeText(type) }));
    case "table":
      return [...names.tables.keys()].map((name) => plain(name, "table"));
    case "time-field":
      return knownFields([{ name: place.stream.name.text, fields: null }], names, samples).map((f) => fieldItem(f));
    case "new-field":
      return newFieldItems(place.stream.name.text, place.stream.fields ?? [], samples);
    case "pair":
      return pairItems(place.of, checked, source, samples).filter(({ label }) => !place.given.has(label));
    case "nothing":
      return [];
  }
}

function plain(name: string, kind: CompletionItem["kind"]): CompletionItem {
  return { label: name, kind, insert: printName(name), snippet: false, sort: `1${name}` };
}

function streamItems({ names }: Checked, samples: readonly SampledStream[]): readonly CompletionItem[] {
  const derived = names.rules.flatMap(({ decl }) => decl.branches.flatMap(({ emit }) => emit.into?.text ?? []));
  const declared = new Set(names.streams.keys());
  const known = new Map<string, string>();
  for (const name of derived) known.set(name, "derived stream");
  for (const { name } of samples) known.set(name, "stream of the recording");
  for (const name of declared) known.set(name, fieldsOf(name, names));
  return [...known].map(([name, detail]) => ({ ...plain(name, "stream"), detail }));
}

function fieldsOf(stream: string, names: Names): string {
  const fields = names.shapes.get(stream)?.fields ?? null;
  return fields === null ? "stream" : typeText({ name: "OBJECT", fields });
}

function rulesOf({ outline }: SourceText): readonly RuleDecl[] {
  return outline.map(({ declaration }) => declaration).filter((declaration) => declaration.kind === "rule");
}

/** TESTs name rules of their own file. */
function ruleNames(source: SourceText): readonly string[] {
  const rules = rulesOf(source);
  return rules.map(({ name }, i) => name?.text ?? `rule_${i + 1}`);
}

function sinkNames(source: SourceText): readonly string[] {
  const rules = rulesOf(source);
  const sinks = rules.flatMap(({ branches }) => branches.flatMap(({ emit }) => emit.to ?? []));
  return [...new Set(sinks.map(({ text }) => text))];
}

/** Fields of the recording that the stream does not declare yet. */
function newFieldItems(
  stream: string,
  declared: readonly { readonly name: { readonly text: string } }[],
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  const known = new Set(declared.map(({ name }) => name.text));
  const fields = samples.find(({ name }) => name === stream)?.fields ?? [];
  return fields
    .filter(({ name }) => !known.has(name) && !name.includes("."))
    .map(({ name, types, values }) => {
      const item = fieldItem({ name, types, values, streams: [stream], declared: false });
      return { ...item, insert: `${printName(name)}: ${types.length === 1 ? types[0] : "ANY"}` };
    });
}

function pairItems(
  owner: PairOwner,
  { names }: Checked,
  source: SourceText,
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  switch (owner.kind) {
    case "stream": {
      const shape = names.shapes.get(owner.stream) ?? { name: owner.stream, fields: null };
      return knownFields([shape], names, samples).map((field) => withColon(fieldItem(field)));
    }
    case "table": {
      const fields = names.tables.get(owner.table)?.row.fields?.types ?? new Map<string, never>();
      return [...fields].map(([name, type]) => withColon({ ...plain(name, "field"), detail: typeText(type) }));
    }
    case "rule":
      return alertNames(owner.rule, source).map((name) => withColon(plain(name, "field")));
  }
}

function withColon(item: CompletionItem): CompletionItem {
  return { ...item, insert: `${item.insert}: ` };
}

/** The names of a rule's keys and data, as far as the text says them. */
function alertNames(rule: string, source: SourceText): readonly string[] {
  const rules = rulesOf(source);
  const decl = rules.find(({ name }, i) => (name?.text ?? `rule_${i + 1}`) === rule);
  if (decl === undefined) return [];
  const keys = (decl.by ?? []).flatMap(({ expr, as }) => {
    if (as !== undefined) return [as.text];
    return expr.kind === "name" ? [expr.name] : expr.kind === "member" ? [expr.name.text] : [];
  });
  const data = decl.branches.flatMap(({ emit }) => emit.data?.map(({ name }) => name.text) ?? []);
  return [...new Set([...keys, ...data])];
}
