import { effect, signal } from "@preact/signals";
import { chosenFields, type FieldChoice } from "../share/pseudonyms.ts";
import { decodeLink, encodeLink, type SharedData, type SharedWork } from "../share/share-link.ts";
import { dialog } from "./dialogs.ts";
import { firstSample, samples } from "./samples.ts";
import {
  active,
  dataset,
  notice,
  openDataset,
  openSample,
  pinVersion,
  selection,
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
const maxHashedBytes = 512 * 1024 * 1024;

export interface ShareOptions {
  /** `null`: the events stay here, the link holds their fingerprint. */
  readonly events: ReadonlyMap<string, FieldChoice> | null;
}

export interface MadeLink {
  readonly url: string;
  /** Why the events are not in it, though they were asked for. */
  readonly problem: string | null;
}

/** Makes a link to what is seen. */
export async function makeLink({ events }: ShareOptions): Promise<MadeLink> {
  const inline = events === null ? null : await inlineEvents(events);
  const isTooLong = inline !== null && inline.length > maxInlineText;
  const data = inline === null || isTooLong ? await describedData() : eventsData(inline);
  const work: SharedWork = {
    rules: active.value.text.value,
    before: versionB.value !== null && active.value.name === "B" ? versionA.text.value : null,
    view: view.value,
    alert: selection.value?.kind === "alert" ? selection.value.index : null,
    data,
  };
  const url = new URL(location.href);
  url.search = "";
  url.hash = await encodeLink(work);
  const problem = `The events are ${(inline?.length ?? 0).toLocaleString("en-US")} characters of text, and a link takes ${maxInlineText.toLocaleString("en-US")}: leave fields out, or share the file another way.`;
  return { url: url.href, problem: isTooLong ? problem : null };
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

/** Of the whole file; `null` where the page may not compute it, or the file is too large to be hashed at once. */
export async function sha256(blob: Blob): Promise<string | null> {
  if (!isSecureContext || blob.size > maxHashedBytes) return null;
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
  if (data.kind === "sample") {
    const sample = samples.find(({ id }) => id === data.id);
    if (sample !== undefined) await openSample(sample.id, work.before ?? work.rules);
  } else if (data.kind === "events") {
    const source = { blob: new Blob([data.ndjson]), name: data.name, stream: data.stream, format: "ndjson" } as const;
    await openDataset(source, work.before ?? work.rules, null);
  } else if (data.kind === "file") {
    wantedFile.value = data;
    await openDataset({ blob: new Blob([]), name: data.name, stream: data.stream, format: "ndjson" }, work.rules, null);
    notice.value = { kind: "info", text: `Open ${data.name} to run these rules: the link does not hold its events.` };
  }
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
