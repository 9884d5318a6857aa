import { signal } from "@preact/signals";
import type { EventData, TimeUnit } from "@weir/core";
import { defaultTimeFields } from "@weir/core";
import type { FileFormat } from "@weir/connectors/files";
import { parse, printName } from "@weir/dsl";
import { eventText } from "../data/event-store.ts";
import { findTimeField, guessUnit } from "../data/guess-time.ts";
import type { DataSource } from "../data/load-events.ts";
import { loadEvents } from "../data/load-events.ts";
import type { BadLine } from "../data/event-store.ts";
import { active, openDataset } from "./workbench.ts";

/** What the import step has found out about a file, and what is chosen. */
export interface Imported {
  readonly source: DataSource;
  readonly events: readonly EventData[];
  readonly fields: readonly string[];
  readonly bad: number;
  readonly badLines: readonly BadLine[];
  readonly error: string | null;
  readonly format: FileFormat;
  readonly stream: string;
  readonly timeField: string;
  readonly unit: TimeUnit;
  readonly keyField: string;
  /** Whether to begin with a rule for this file, or keep those that are there. */
  readonly isNewRules: boolean;
}

export const imported = signal<Imported | null>(null);

const previewEvents = 2000;

/** Looks at the beginning of a file and guesses how to read it. */
export async function importFile(source: DataSource): Promise<void> {
  const { store, error } = await loadEvents(source, { limit: previewEvents, onProgress: () => {} });
  const events = Array.from({ length: Math.min(store.length, 200) }, (_, i) => store.event(i));
  const fields = store.fieldNames();
  const timeField = findTimeField(fields, events) ?? fields[0] ?? "ts";
  imported.value = {
    source,
    events,
    fields,
    bad: store.bad,
    badLines: store.badLines,
    error: error?.message ?? null,
    format: source.format ?? formatGuess(source.name, events.length > 0),
    stream: store.streams[0] ?? source.stream,
    timeField,
    unit: guessUnit(events.map((event) => event[timeField])),
    keyField: guessKeyField(fields, events, timeField),
    isNewRules: !readsStream(active.value.text.value, store.streams[0] ?? source.stream),
  };
}

function formatGuess(name: string, isRead: boolean): FileFormat {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  if (plain.endsWith(".avro")) return "avro";
  return isRead && /\.(csv|tsv)$/.test(plain) ? "csv" : "ndjson";
}

/** Whether rules name this stream, or read any. */
function readsStream(rules: string, stream: string): boolean {
  const { file } = parse(rules);
  return file.declarations.some((declaration) => declaration.kind === "stream" && declaration.name.text === stream);
}

function guessKeyField(fields: readonly string[], events: readonly EventData[], timeField: string): string {
  const isText = (name: string): boolean => events.some((event) => typeof event[name] === "string");
  const candidates = fields.filter((name) => name !== timeField && name !== "stream" && isText(name));
  const named = candidates.find((name) => /user|account|customer|ip|host|device|sensor|session|service/i.test(name));
  return named ?? candidates[0] ?? fields.find((name) => name !== timeField) ?? "";
}

/** Takes the file as chosen: declares its stream in the rules where they do not, and runs them. */
export async function useImported(chosen: Imported): Promise<void> {
  const rules = chosen.isNewRules ? firstRules(chosen) : withStream(active.value.text.value, chosen);
  const source = { ...chosen.source, stream: chosen.stream, format: chosen.format };
  await openDataset(source, rules, null);
}

/** A rule to begin with: what the stream holds, and more than five events of one key in ten seconds. */
function firstRules(chosen: Imported): string {
  return `${streamDeclaration(chosen)}\n\nWITHIN 10s COUNT(${printName(chosen.keyField)}) > 5 EMIT HIGH\n`;
}

function withStream(rules: string, chosen: Imported): string {
  if (readsStream(rules, chosen.stream) || needsNoDeclaration(chosen)) return rules;
  return `${streamDeclaration(chosen)}\n\n${rules}`;
}

function needsNoDeclaration({ timeField, unit, fields }: Imported): boolean {
  return unit === "MILLISECONDS" && defaultTimeFields.find((name) => fields.includes(name)) === timeField;
}

function streamDeclaration({ stream, fields, events, timeField, unit }: Imported): string {
  const listed = fields
    // No name in back-ticks can hold one.
    .filter((name) => name !== "stream" && name !== timeField && !/[`\r\n]/.test(name))
    .map((name) => {
      const values = events.map((event) => event[name]);
      const isOptional = values.some((value) => value === undefined || value === null);
      return `${printName(name)}${isOptional ? "?" : ""}: ${typeOf(values)}`;
    });
  const inUnit = unit === "MILLISECONDS" ? "" : ` IN ${unit}`;
  return `STREAM ${printName(stream)} {\n  ${listed.join(",\n  ")}\n} TIME ${printName(timeField)}${inUnit}`;
}

function typeOf(values: readonly unknown[]): string {
  const kinds = new Set(values.filter((value) => value !== null && value !== undefined).map(kindOf));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : "ANY";
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return "STRING";
  if (typeof value === "number") return "NUMBER";
  if (typeof value === "boolean") return "BOOLEAN";
  return Array.isArray(value) ? "LIST" : "OBJECT";
}

/** One event as a line, for the preview. */
export function previewLine(event: EventData): string {
  return eventText(event);
}
