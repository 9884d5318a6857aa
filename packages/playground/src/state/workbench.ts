import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { EventData } from "@weir/core";
import { findTimeField, guessUnit } from "../data/guess-time.ts";
import type { DataSource } from "../data/load-events.ts";
import { streamOfFile } from "../data/stream-of-file.ts";
import type { AlertDiff } from "../engine/diff-alerts.ts";
import { type ArrivalClock, type Hosting, type TableRows, usualArrival } from "../engine/hosting.ts";
import type { AlertDetail, DatasetFacts, WorkerMessage } from "../protocol/calls.ts";
import { firstSample, fetchSample, type Sample, samples } from "./samples.ts";
import { type RunState, Version } from "./version.ts";

/** A recording as the page holds it. */
export interface Dataset {
  readonly source: DataSource;
  readonly sample: Sample | null;
  readonly facts: DatasetFacts | null;
}

export interface View {
  readonly from: number;
  readonly to: number;
}

export type Selection = { readonly kind: "alert" | "event"; readonly index: number } | null;

export const dataset = signal<Dataset | null>(null);
/** Bytes read so far of a file being loaded. */
export const loadedBytes = signal<number | null>(null);
export const versionA: Version = new Version("A", "", onReport);
export const versionB = signal<Version | null>(null);
export const activeName = signal<"A" | "B">("A");
export const view = signal<View | null>(null);
export const selection = signal<Selection>(null);
/** What is known of the selected alert. */
export const selectedAlert = signal<AlertDetail | null>(null);
export const diff = signal<AlertDiff | null>(null);
/** What a screen reader is told. */
export const announcement = signal("");
export const notice = signal<{ readonly kind: "error" | "info"; readonly text: string } | null>(null);
export const sweepProgress = signal<number | null>(null);

export const active: ReadonlySignal<Version> = computed(() =>
  activeName.value === "B" && versionB.value !== null ? versionB.value : versionA,
);
export const activeRun: ReadonlySignal<RunState> = computed(() => active.value.run.value);
/** Whether the results shown are older than the rules. */
export const isStale: ReadonlySignal<boolean> = computed(() => activeRun.value.status !== "done");

/** Rows of tables, of which the rules take those that they declare. */
export const tables = signal<TableRows>({});
/** The clock of streams with TIME ARRIVAL as it was chosen; `null`: what the recording suggests. */
export const chosenArrival = signal<ArrivalClock | null>(null);
export const hosting: ReadonlySignal<Hosting> = computed(() => ({
  tables: tables.value,
  arrival: chosenArrival.value ?? suggestedArrival(dataset.value?.facts ?? null),
}));

/** The field that looks like a time, else a pace. */
function suggestedArrival(facts: DatasetFacts | null): ArrivalClock {
  if (facts === null) return usualArrival;
  const events = facts.sampled.map(({ data }) => data);
  const names = facts.fields.map(({ name }) => name);
  const field = findTimeField(names, events);
  if (field === null) return usualArrival;
  return { kind: "field", field, unit: guessUnit(events.map((event) => event[field])) };
}

/** Shows the tables; set by what gave them rows. */
export const tablesWanted = signal(0);

/** Gives a table other rows, and runs the rules with them. */
export function setTableRows(name: string, rows: readonly EventData[]): void {
  tables.value = { ...tables.value, [name]: rows };
  runSoon(versions());
}

/** Takes another clock for streams with TIME ARRIVAL; `null`: what the recording suggests. */
export function setArrival(clock: ArrivalClock | null): void {
  chosenArrival.value = clock;
  view.value = null;
  runSoon(versions());
}

function versions(): readonly Version[] {
  return versionB.value === null ? [versionA] : [versionA, versionB.value];
}

/** Listeners for reports of a playhead, set by the transport. */
export const playReports = signal<Extract<WorkerMessage, { kind: "playing" }> | null>(null);

function onReport(message: WorkerMessage): void {
  if (message.kind === "loading") loadedBytes.value = message.bytes;
  else if (message.kind === "playing") playReports.value = message;
  else if (message.kind === "working") sweepProgress.value = message.done / Math.max(1, message.of);
}

let runTimer: ReturnType<typeof setTimeout> | null = null;
const editDelayMs = 80;

/** Changes the rules of a version, and runs them a moment later. */
export function editRules(version: Version, text: string): void {
  if (version.text.value === text) return;
  version.text.value = text;
  runSoon([version]);
}

const waiting = new Set<Version>();

function runSoon(changed: readonly Version[]): void {
  for (const version of changed) waiting.add(version);
  if (runTimer !== null) clearTimeout(runTimer);
  runTimer = setTimeout(() => {
    const all = [...waiting];
    waiting.clear();
    for (const version of all) void runVersion(version);
  }, editDelayMs);
}

/** Runs a version over the recording, and compares it with the other where there are two. */
export async function runVersion(version: Version): Promise<void> {
  const source = dataset.value?.source;
  if (source === undefined) return;
  diff.value = null;
  await version.start(source, hosting.value);
  const { status, facts } = version.run.value;
  if (version === active.value && status === "done" && facts !== null) {
    announcement.value = `${facts.alerts.toLocaleString("en-US")} alerts in ${facts.events.toLocaleString("en-US")} events`;
  }
  await compareVersions();
}

async function compareVersions(): Promise<void> {
  const b = versionB.value;
  if (b === null || versionA.run.value.status !== "done" || b.run.value.status !== "done") return;
  try {
    const before = await versionA.client.call("columns", null);
    diff.value = await b.client.call("diff", { before });
    const { counts } = diff.value;
    announcement.value = `${counts.new} new, ${counts.gone} gone, ${counts.moved} moved alerts`;
  } catch {
    // One of the two was changed in the meantime: its run compares anew.
    diff.value = null;
  }
}

/** Keeps the rules as they are as A, and goes on in B. */
export function pinVersion(text = active.value.text.value): void {
  if (versionB.value === null) {
    const made = new Version("B", text, onReport);
    batch(() => {
      versionB.value = made;
      activeName.value = "B";
    });
    void runVersion(made);
  } else {
    versionA.text.value = active.value.text.value;
    activeName.value = "B";
    void runVersion(versionA);
  }
}

/** Goes back to one version: the one that is shown. */
export function unpin(): void {
  const b = versionB.value;
  if (b === null) return;
  const text = active.value.text.value;
  batch(() => {
    versionB.value = null;
    activeName.value = "A";
    diff.value = null;
  });
  b.end();
  if (versionA.text.value !== text) editRules(versionA, text);
}

/** Takes a recording, and rules where they come with it; runs them. */
export async function openDataset(source: DataSource, rules: string | null, sample: Sample | null): Promise<void> {
  batch(() => {
    dataset.value = { source, sample, facts: null };
    view.value = null;
    selection.value = null;
    diff.value = null;
    loadedBytes.value = 0;
    chosenArrival.value = null;
    if (rules !== null) active.value.text.value = rules;
  });
  try {
    const facts = await versionA.load(source);
    if (dataset.value?.source !== source) return;
    dataset.value = { source, sample, facts };
    if (facts.error !== null) {
      const hint = facts.error.hint === null ? "" : ` (${facts.error.hint})`;
      notice.value = { kind: "error", text: `${source.name}: ${facts.error.message}${hint}` };
    } else if (facts.cut) {
      notice.value = {
        kind: "info",
        text: `${source.name} holds more than ${facts.events.toLocaleString("en-US")} events: the first of them were read`,
      };
    }
  } catch (error) {
    notice.value = { kind: "error", text: error instanceof Error ? error.message : String(error) };
    return;
  } finally {
    loadedBytes.value = null;
  }
  await Promise.all(versions().map(runVersion));
}

/** Opens a sample, with its own rules and rows or others. */
export async function openSample(
  id: string,
  ownRules: string | null = null,
  ownTables: TableRows | null = null,
): Promise<void> {
  const sample = samples.find((known) => known.id === id) ?? samples.find((known) => known.id === firstSample)!;
  try {
    const { rules, recording, tables: rows } = await fetchSample(sample);
    tables.value = ownTables ?? rows;
    const source = { blob: recording, name: sample.recording, stream: sample.stream, format: null };
    await openDataset(source, ownRules ?? rules, sample);
  } catch (error) {
    notice.value = { kind: "error", text: error instanceof Error ? error.message : String(error) };
  }
}

export function sourceOfFile(file: File): DataSource {
  return { blob: file, name: file.name, stream: streamOfFile(file.name), format: null };
}

/** From now on the view fits the recording as soon as its times are known. */
export function followRecording(): void {
  effect(() => {
    const { facts, source, status } = activeRun.value;
    const range = facts?.range ?? null;
    // What another recording left behind says nothing of this one.
    if (range === null || view.value !== null || status !== "done" || source !== dataset.value?.source) return;
    view.value = fullView(range);
  });
}

export function fullView(range: { readonly from: number; readonly to: number }): View {
  const margin = Math.max(1000, (range.to - range.from) * 0.01);
  return { from: range.from - margin, to: range.to + margin };
}
