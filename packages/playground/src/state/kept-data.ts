import { signal } from "@preact/signals";
import type { FileFormat } from "@weir/connectors/files";
import type { DataSource } from "../data/load-events.ts";
import { announcement, dataset, notice } from "./workbench.ts";

/** A file of events that is kept in this browser because the person asked for it. */
export interface KeptData {
  /** The name of its copy. */
  readonly id: string;
  readonly name: string;
  readonly stream: string;
  readonly format: FileFormat | null;
  readonly bytes: number;
}

const listKey = "weir.kept";
const folderName = "weir-data";
const formats: readonly string[] = ["ndjson", "csv", "avro"];

/** What is kept, the newest first. */
export const keptData = signal<readonly KeptData[]>(readList());
/** Whether a file is being copied. */
export const isKeeping = signal(false);

/** Whether this browser lets a page keep files for itself. */
export function canKeepData(): boolean {
  return isSecureContext && "storage" in navigator && "getDirectory" in navigator.storage;
}

/** The kept copy of the recording that is open, if there is one. */
export function keptOf(source: DataSource | null): KeptData | null {
  if (source === null) return null;
  return keptData.value.find(({ name, bytes }) => name === source.name && bytes === source.blob.size) ?? null;
}

/** Copies the recording that is open into the private files of this origin. */
export async function keepData(): Promise<void> {
  const source = dataset.value?.source;
  if (source === undefined || isKeeping.value || keptOf(source) !== null) return;
  isKeeping.value = true;
  const id = crypto.randomUUID();
  try {
    const folder = await dataFolder();
    const writable = await (await folder.getFileHandle(id, { create: true })).createWritable();
    await source.blob.stream().pipeTo(writable);
    const { name, stream, format, blob } = source;
    writeList([{ id, name, stream, format, bytes: blob.size }, ...keptData.value]);
    announcement.value = `${name} is kept in this browser`;
  } catch (error) {
    await removeCopy(id);
    const reason = error instanceof Error ? error.message : String(error);
    notice.value = { kind: "error", text: `${source.name} could not be kept in this browser: ${reason}` };
  } finally {
    isKeeping.value = false;
  }
}

/** The kept copy as it can be read; `null` where the browser has thrown it away. */
export async function openKept(kept: KeptData): Promise<DataSource | null> {
  try {
    const blob = await (await (await dataFolder()).getFileHandle(kept.id)).getFile();
    return { blob, name: kept.name, stream: kept.stream, format: kept.format };
  } catch {
    writeList(keptData.value.filter(({ id }) => id !== kept.id));
    return null;
  }
}

/** Deletes copies: of one file, or of all. What is open stays open. */
export async function forgetData(which: readonly KeptData[]): Promise<void> {
  for (const { id } of which) await removeCopy(id);
  writeList(keptData.value.filter((kept) => !which.includes(kept)));
  announcement.value = keptData.value.length === 0 ? "No data is kept in this browser" : "Forgotten";
}

async function dataFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true });
}

async function removeCopy(id: string): Promise<void> {
  try {
    await (await dataFolder()).removeEntry(id);
  } catch {
    // It is not there any more.
  }
}

function writeList(list: readonly KeptData[]): void {
  keptData.value = list;
  try {
    localStorage.setItem(listKey, JSON.stringify(list));
  } catch {
    // Without its name a copy is found by nobody: it goes with the site data of this origin.
  }
}

function readList(): readonly KeptData[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(listKey) ?? "[]");
    return Array.isArray(list) ? list.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptData {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, stream, format, bytes } = value as Readonly<Record<string, unknown>>;
  const isFormat = format === null || (typeof format === "string" && formats.includes(format));
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    typeof stream === "string" &&
    typeof bytes === "number" &&
    isFormat
  );
}
