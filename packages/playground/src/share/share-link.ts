import type { ArrivalClock, TableRows } from "../engine/hosting.ts";
import { readArrival, readTables } from "./read-hosting.ts";

/** What a link holds. It is data: nothing of it runs before it was shown. */
export interface SharedWork {
  readonly rules: string;
  /** The rules before, where two versions are compared. */
  readonly before: string | null;
  readonly view: { readonly from: number; readonly to: number } | null;
  readonly alert: number | null;
  readonly data: SharedData;
  /** Rows of tables; none where they were not put into the link. */
  readonly tables: TableRows;
  /** The clock of streams by arrival, where one was chosen. */
  readonly arrival: ArrivalClock | null;
}

export type SharedData =
  | { readonly kind: "none" }
  | { readonly kind: "sample"; readonly id: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly stream: string;
      readonly bytes: number;
      readonly events: number;
      /** Hexadecimal; `null` where the browser could not tell. */
      readonly sha256: string | null;
      readonly fields: readonly string[];
    }
  | { readonly kind: "events"; readonly name: string; readonly stream: string; readonly ndjson: string };

export type DecodedLink =
  | { readonly ok: true; readonly work: SharedWork }
  | { readonly ok: false; readonly reason: string };

const version = "1.";
const maxLinkLength = 2_000_000;
const maxInflated = 8 * 1024 * 1024;

/** Writes work as the fragment of a link. */
export async function encodeLink(work: SharedWork): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(work));
  const packed = await collect(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw")), Infinity);
  return `#${version}${toBase64Url(packed)}`;
}

/** Reads the fragment of a link; any text is taken, and what is no link is refused with the reason. */
export async function decodeLink(fragment: string): Promise<DecodedLink> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(version)) {
    return refused("it is of another version, or not of this playground");
  }
  if (text.length > maxLinkLength) return refused("it is longer than any link of this playground");
  const packed = fromBase64Url(text.slice(version.length));
  if (packed === null) return refused("it holds characters that no link has: it was changed on its way");
  let json: string;
  try {
    const bytes = await collect(
      new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")),
      maxInflated,
    );
    json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TooLargeError) return refused("it unpacks to more than any link of this playground holds");
    return refused("it is damaged: was it cut off?");
  }
  try {
    const work = readWork(JSON.parse(json));
    return work === null ? refused("what it holds is not what this playground writes") : { ok: true, work };
  } catch {
    return refused("it is damaged: was it cut off?");
  }
}

function refused(reason: string): DecodedLink {
  return { ok: false, reason: `This link cannot be opened: ${reason}.` };
}

class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new TooLargeError("too large");
    }
    chunks.push(next.value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

type Parts = Readonly<Record<string, unknown>>;

function readWork(value: unknown): SharedWork | null {
  if (!isParts(value)) return null;
  const { rules, before, view, alert } = value;
  const data = readData(value["data"]);
  if (typeof rules !== "string" || data === null) return null;
  if (before !== null && typeof before !== "string") return null;
  if (alert !== null && !isCount(alert)) return null;
  // Links made before there were tables have neither.
  const tables = readTables(value["tables"] ?? {});
  const arrival = readArrival(value["arrival"] ?? null);
  if (tables === null || arrival === undefined) return null;
  if (view === null) return { rules, before, view, alert, data, tables, arrival };
  if (!isParts(view)) return null;
  const { from, to } = view;
  if (typeof from !== "number" || typeof to !== "number" || !(to > from)) return null;
  return { rules, before, view: { from, to }, alert, data, tables, arrival };
}

function readData(value: unknown): SharedData | null {
  if (!isParts(value)) return null;
  const { kind, id, name, stream, bytes, events, sha256, fields, ndjson } = value;
  if (kind === "none") return { kind };
  if (kind === "sample") return typeof id === "string" ? { kind, id } : null;
  if (typeof name !== "string" || typeof stream !== "string") return null;
  if (kind === "events") return typeof ndjson === "string" ? { kind, name, stream, ndjson } : null;
  if (kind !== "file" || !isCount(bytes) || !isCount(events)) return null;
  if (sha256 !== null && (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))) return null;
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === "string")) return null;
  return { kind, name, stream, bytes, events, sha256, fields };
}

function isParts(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
