import { effect, signal } from "@preact/signals";
import { chosenFields, type FieldChoice } from "../share/pseudonyms.ts";
import { decodeLink, encodeLink, type SharedData, type SharedWork } from "../share/share-link.ts";
import type { TableRows } from "../engine/hosting.ts";
import { sha256 } from "../data/sha256.ts";
import { dialog } from "./dialogs.ts";
import { firstSample, samples } from "./samples.ts";
import {
  active,
  chosenArrival,
  dataset,
  notice,
  openDataset,
  openSample,
  pinVersion,
  selection,
  setArrival,
  tables,
  versionA,
  versionB,
  view,
} from "./workbench.ts";

/** What a link that was opened holds, until it is taken or refused. */
export const received = signal<SharedWork | null>(null);
/** The recording that a link speaks of, and does not hold. */
export const wantedFile = signal<Extract<SharedData, { kind: "file" }> | null>(null);

/** At most so many characters of events go into a link. */
export const maxInlineText = 16 * 1024;
const maxInlineEvents = 2000;

export interface ShareOptions {
  /** `null`: the events stay here, the link holds their fingerprint. */
  readonly events: ReadonlyMap<string, FieldChoice> | null;
  /** Whether the rows of tables go into the link. */
  readonly withTables: boolean;
}

export interface MadeLink {
  readonly url: string;
  /** Why the events are not in it, though they were asked for. */
  readonly problem: string | null;
}

/** Makes a link to what is seen. */
export async function makeLink({ events, withTables }: ShareOptions): Promise<MadeLink> {
  const inline = events === null ? null : await inlineEvents(events);
  const isTooLong = inline !== null && inline.length > maxInlineText;
  const data = inline === null || isTooLong ? await describedData() : eventsData(inline);
  const rows = declaredRows();
  if (withTables && JSON.stringify(rows).length > maxInlineText) {
    return {
      url: "",
      problem: `The rows of the tables are more than the ${maxInlineText.toLocaleString("en-US")} characters that a link takes.`,
    };
  }
  const work: SharedWork = {
    rules: active.value.text.value,
    before: versionB.value !== null && active.value.name === "B" ? versionA.text.value : null,
    view: view.value,
    alert: selection.value?.kind === "alert" ? selection.value.index : null,
    data,
    tables: withTables ? rows : {},
    arrival: chosenArrival.value,
  };
  const url = new URL(location.href);
  url.search = "";
  url.hash = await encodeLink(work);
  const problem = `The events are ${(inline?.length ?? 0).toLocaleString("en-US")} characters of text, and a link takes ${maxInlineText.toLocaleString("en-US")}: leave fields out, or share the file another way.`;
  return { url: url.href, problem: isTooLong ? problem : null };
}

/** The rows of the tables that the rules declare. */
export function declaredRows(): TableRows {
  const names = new Set(active.value.run.value.facts?.tables.map(({ name }) => name));
  const given = Object.entries(tables.value).filter(([name, rows]) => names.has(name) && rows.length > 0);
  return Object.fromEntries(given);
}

async function inlineEvents(choices: ReadonlyMap<string, FieldChoice>): Promise<string> {
  const { client } = active.value;
  const events = await client.call("take", { count: maxInlineEvents + 1 });
  // A link that holds the beginning alone would tell other alerts than are seen.
  if (events.length > maxInlineEvents) return "x".repeat(maxInlineText + 1);
  return chosenFields(events, choices)
    .map((event) => JSON.stringify(event))
    .join("\n");
}

function eventsData(ndjson: string): SharedData {
  const source = dataset.value?.source;
  return { kind: "events", name: "shared.ndjson", stream: source?.stream ?? "events", ndjson };
}

async function describedData(): Promise<SharedData> {
  const open = dataset.value;
  if (open === null) return { kind: "none" };
  if (open.sample !== null) return { kind: "sample", id: open.sample.id };
  const { name, stream, blob } = open.source;
  return {
    kind: "file",
    name,
    stream,
    bytes: blob.size,
    events: open.facts?.events ?? 0,
    sha256: await sha256(blob),
    fields: open.facts?.fields.map((field) => field.name) ?? [],
  };
}

/** Shows what the link of this page holds; whether there is one. */
export async function receiveLink(): Promise<boolean> {
  if (location.hash.length <= 1) return false;
  const decoded = await decodeLink(location.hash);
  if (!decoded.ok) {
    notice.value = { kind: "error", text: decoded.reason };
    return false;
  }
  received.value = decoded.work;
  dialog.value = "received";
  // Closed without being taken: the page begins as it does without a link.
  effect(() => {
    if (dialog.value !== null || received.peek() === null) return;
    received.value = null;
    void openSample(firstSample);
  });
  return true;
}

/** Opens what a link held. */
export async function takeReceived(work: SharedWork): Promise<void> {
  received.value = null;
  dialog.value = null;
  history.replaceState(null, "", location.pathname + location.search);
  const { data } = work;
  active.value.text.value = work.before ?? work.rules;
  const hasRows = Object.keys(work.tables).length > 0;
  if (hasRows) tables.value = work.tables;
  if (data.kind === "sample") {
    const sample = samples.find(({ id }) => id === data.id);
    if (sample !== undefined) await openSample(sample.id, work.before ?? work.rules, hasRows ? work.tables : null);
  } else if (data.kind === "events") {
    const source = { blob: new Blob([data.ndjson]), name: data.name, stream: data.stream, format: "ndjson" } as const;
    await openDataset(source, work.before ?? work.rules, null);
  } else if (data.kind === "file") {
    wantedFile.value = data;
    await openDataset({ blob: new Blob([]), name: data.name, stream: data.stream, format: "ndjson" }, work.rules, null);
    notice.value = { kind: "info", text: `Open ${data.name} to run these rules: the link does not hold its events.` };
  }
  if (work.arrival !== null) setArrival(work.arrival);
  if (work.before !== null) pinVersion(work.rules);
  if (work.view !== null && dataset.value !== null) view.value = work.view;
  if (work.alert !== null && dataset.value !== null) selection.value = { kind: "alert", index: work.alert };
}

/** Says whether a file that was opened is the one that a link spoke of. */
export async function compareWithWanted(blob: Blob): Promise<void> {
  const wanted = wantedFile.value;
  if (wanted === null) return;
  wantedFile.value = null;
  const found = await sha256(blob);
  const isSame = found === null || wanted.sha256 === null ? blob.size === wanted.bytes : found === wanted.sha256;
  notice.value = isSame
    ? { kind: "info", text: `This is the file that the link speaks of: ${wanted.name}.` }
    : {
        kind: "error",
        text: `This is another file than the link speaks of (${wanted.name}, ${wanted.bytes.toLocaleString("en-US")} bytes): the alerts may be others.`,
      };
}
