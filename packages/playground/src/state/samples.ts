import type { EventData } from "@weir/core";
import type { TableRows } from "../engine/hosting.ts";

/** A sample: rules and a recording that come with the site. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly rules: string;
  readonly recording: string;
  readonly stream: string;
  /** A table that its rules declare, with the file of its rows. */
  readonly table?: { readonly name: string; readonly file: string };
}

export const samples: readonly Sample[] = [
  { id: "ssh", title: "SSH log-ins", rules: "ssh.weir", recording: "ssh.ndjson", stream: "auth" },
  {
    id: "accounts",
    title: "SSH and a list of accounts",
    rules: "accounts.weir",
    recording: "ssh.ndjson",
    stream: "auth",
    table: { name: "accounts", file: "accounts.ndjson" },
  },
  { id: "fraud", title: "Card fraud", rules: "fraud.weir", recording: "fraud.ndjson", stream: "transactions" },
  { id: "web", title: "Web shop", rules: "web.weir", recording: "web.ndjson", stream: "requests" },
  { id: "iot", title: "Cold rooms", rules: "iot.weir", recording: "iot.ndjson", stream: "readings" },
  { id: "ops", title: "Service health", rules: "ops.weir", recording: "ops.ndjson", stream: "requests" },
];

export const firstSample = "ssh";

export interface FetchedSample {
  readonly rules: string;
  readonly recording: Blob;
  readonly tables: TableRows;
}

/** Rules, recording and tables of a sample, from the site itself. */
export async function fetchSample({ rules, recording, table }: Sample): Promise<FetchedSample> {
  const [text, events, rows] = await Promise.all([
    fetchOwn(rules).then((response) => response.text()),
    fetchOwn(recording).then((response) => response.blob()),
    table === undefined ? null : fetchOwn(table.file).then((response) => response.text()),
  ]);
  const tables = table === undefined || rows === null ? {} : { [table.name]: rowsOf(rows) };
  return { rules: text, recording: events, tables };
}

function rowsOf(ndjson: string): readonly EventData[] {
  return ndjson
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EventData);
}

async function fetchOwn(name: string): Promise<Response> {
  const response = await fetch(new URL(`samples/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`the sample file ${name} is not there: HTTP ${response.status}`);
  return response;
}
