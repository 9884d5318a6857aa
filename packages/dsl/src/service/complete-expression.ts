import { type AggregateRecord, aggregateRecords, type FunctionRecord, functionRecords } from "@weir/core";
import type { Names } from "../check/names.ts";
import { type Scope, seesMany } from "../check/scope.ts";
import { printName } from "../print/name.ts";
import type { CaretPlace } from "./caret-place.ts";
import { fieldItem, pathOf } from "./complete-fields.ts";
import { knownFields, sampledValues } from "./fields.ts";
import { hostSignature, recordDoc } from "./record-doc.ts";
import type { CompletionItem, SampledStream } from "./service-types.ts";
import { typeText } from "./type-text.ts";

/** Functions that look at the key's events before, and so stand where aggregates do. */
const stateful: ReadonlySet<string> = new Set(["PREV", "ELAPSED", "SPEED_KMH"]);

/** The names that may begin a value. */
export function expressionItems(
  { finding, compared }: Extract<CaretPlace, { kind: "expression" }>,
  names: Names,
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  const scope = finding?.scope ?? null;
  const many = scope === null || seesMany(scope.place);
  const inside = scope !== null && scope.around !== null;
  const inSequence = scope !== null && scope.sequence !== null;
  const aggregates = many && !inside ? aggregateRecords.map((record) => aggregateItem(record)) : [];
  const functions = functionRecords
    .filter(({ name }) => !stateful.has(name) || (many && !inside && !inSequence))
    .map((record) => functionItem(record));
  const path = compared === null ? null : pathOf(compared, scope);
  const values = path === null ? [] : sampledValues(path.names, path.streams, samples);
  return [
    ...values.map((text, i): CompletionItem => plainItem(text, text, "value", `0${String(i).padStart(2, "0")}`)),
    // Inside an aggregate of a sequence a field stands behind the alias of its step.
    ...(inside && inSequence ? [] : knownFields(scope?.streams ?? null, names, samples).map((f) => fieldItem(f))),
    ...sequenceItems(scope),
    ...declaredItems(names),
    ...aggregates,
    ...functions,
    ...[...names.functions].map(([name, host]) =>
      callItem(name, hostSignature(name, host), host.params.length > 0, "4"),
    ),
  ];
}

function plainItem(label: string, insert: string, kind: CompletionItem["kind"], sort: string): CompletionItem {
  return { label, kind, insert, snippet: false, sort };
}

/** Aliases of steps, and the keys of the sequence where they are values. */
function sequenceItems(scope: Scope | null): readonly CompletionItem[] {
  if (scope === null || scope.sequence === null) return [];
  const { place, own, sequence } = scope;
  if (place === "WHERE" || place === "BY" || place === "BY of a step") return [];
  const bound = [...sequence.aliases.values()].filter(
    ({ step, not, name }) => name !== "" && !not && (own === null || step <= own.step),
  );
  const keys = place === "WHERE of a step" ? [] : [...sequence.keys];
  return [
    ...bound.map(
      ({ name, streams }): CompletionItem => ({
        ...plainItem(name, printName(name), "alias", `1${name}`),
        detail: `step · ${streams.map((stream) => stream.name).join(", ")}`,
      }),
    ),
    ...keys.map(
      ([name, { type }]): CompletionItem => ({
        ...plainItem(name, printName(name), "key", `1${name}`),
        detail: `${typeText(type)} · key`,
      }),
    ),
  ];
}

function declaredItems(names: Names): readonly CompletionItem[] {
  return [
    ...[...names.params].map(
      ([name, { type, value }]): CompletionItem => ({
        ...plainItem(name, printName(name), "param", `2${name}`),
        detail: `PARAM ${typeText(type)}${typeof value === "object" ? "" : ` = ${JSON.stringify(value)}`}`,
      }),
    ),
    ...[...names.lets].map(
      ([name, { type }]): CompletionItem => ({
        ...plainItem(name, printName(name), "let", `2${name}`),
        detail: `LET ${typeText(type)}`,
      }),
    ),
    ...[...names.tables].map(
      ([name, { row }]): CompletionItem => ({
        ...plainItem(name, printName(name), "table", `2${name}`),
        detail: `TABLE ${typeText(row)}`,
      }),
    ),
  ];
}

function aggregateItem(record: AggregateRecord): CompletionItem {
  const item = callItem(record.name, record.signature, record.arg !== null, "3");
  return { ...item, kind: "aggregate", doc: recordDoc(record) };
}

function functionItem(record: FunctionRecord): CompletionItem {
  return { ...callItem(record.name, record.signature, record.params.length > 0, "4"), doc: recordDoc(record) };
}

function callItem(name: string, signature: string, takesArguments: boolean, group: string): CompletionItem {
  return {
    label: name,
    kind: "function",
    detail: signature,
    insert: takesArguments ? `${name}($1)` : `${name}()`,
    snippet: takesArguments,
    sort: `${group}${name}`,
  };
}
