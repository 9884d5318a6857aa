import type { EventData } from "@weir/core";
import { loadEvents } from "./load-events.ts";

/** Tables are kept in the page, in every worker and in what is saved: those of a lookup, not those of a warehouse. */
export const maxTableRows = 100_000;
const maxTableBytes = 32 * 1024 * 1024;

export interface TableFile {
  readonly rows: readonly EventData[];
  /** What was left out, or could not be read; a sentence each. */
  readonly problems: readonly string[];
}

/** Reads rows from NDJSON, CSV, Avro, a JSON list of objects, or a JSON object of rows by their key. */
export async function readTableFile(file: File, keyField: string): Promise<TableFile> {
  if (file.size > maxTableBytes) {
    const most = maxTableBytes / 1024 / 1024;
    return { rows: [], problems: [`${file.name} is larger than ${most} MiB: a table is kept in memory as a whole`] };
  }
  const whole = file.name.toLowerCase().endsWith(".json") ? rowsOfJson(await file.text(), keyField) : null;
  if (whole !== null) return usable(whole, keyField, []);
  const source = { blob: file, name: file.name, stream: "rows", format: null };
  const { store, error, cut } = await loadEvents(source, {
    limit: maxTableRows,
    onProgress: () => {},
  });
  const problems = store.badLines.slice(0, 3).map(({ line, reason }) => `line ${line}: ${reason}`);
  if (store.bad > 3) problems.push(`${store.bad - 3} more records hold no row`);
  if (error !== null) problems.push(error.message);
  if (cut) problems.push(`only the first ${maxTableRows.toLocaleString("en-US")} rows were read`);
  return usable(
    Array.from({ length: store.length }, (_, i) => store.event(i)),
    keyField,
    problems,
  );
}

/** The rows of one JSON text: a list of objects, or an object of objects; `null` of anything else, such as NDJSON. */
function rowsOfJson(text: string, keyField: string): readonly EventData[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (Array.isArray(value)) return value.filter(isRow);
  if (!isRow(value)) return null;
  const entries = Object.entries(value);
  // One row by itself is NDJSON of one line.
  if (!entries.every(([, row]) => isRow(row))) return null;
  return entries.map(([key, row]) => ({ [keyField]: key, ...(row as EventData) }));
}

function isRow(value: unknown): value is EventData {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rows that can be found: those that have a key. */
function usable(rows: readonly EventData[], keyField: string, problems: readonly string[]): TableFile {
  const kept = rows.filter((row) => isKey(row[keyField]));
  const without = rows.length - kept.length;
  if (without === 0) return { rows: kept, problems };
  const what = without === 1 ? "1 row has" : `${without.toLocaleString("en-US")} rows have`;
  return { rows: kept, problems: [...problems, `${what} no value of the key field ${keyField} and cannot be found`] };
}

export function isKey(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== "object" && value !== "";
}
