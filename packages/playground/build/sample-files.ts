import { readFileSync } from "node:fs";
import { simulate } from "../../cli/src/simulate/simulate.ts";
import { anomalyKinds } from "../../cli/src/simulate/transaction.ts";

const examples = new URL("../../../examples/", import.meta.url);

const own = new URL("../samples/", import.meta.url);

const recordings = {
  ssh: "auth.ndjson",
  web: "requests.ndjson",
  iot: "readings.ndjson",
  ops: "requests.ndjson",
} as const;

/** Rules and recordings of the samples by their names on the site; that of the fraud sample is simulated. */
export function sampleFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, recording] of Object.entries(recordings)) {
    files.set(`${name}.weir`, example(name, `${name}.weir`));
    files.set(`${name}.ndjson`, example(name, recording));
  }
  files.set("fraud.weir", example("fraud", "fraud.weir"));
  files.set("fraud.ndjson", payments());
  // Its events are those of the sample `ssh`.
  for (const name of ["accounts.weir", "accounts.ndjson"]) files.set(name, readFileSync(new URL(name, own), "utf8"));
  return files;
}

function example(folder: string, name: string): string {
  return readFileSync(new URL(`${folder}/${name}`, examples), "utf8");
}

/** Five days of payments of 120 people, some of them with anomalies that are labelled. */
function payments(): string {
  const options = {
    seed: 7,
    events: 12_000,
    users: 120,
    rate: 12_000 / (5 * 86_400),
    anomalies: anomalyKinds,
    start: Date.UTC(2026, 0, 5),
  };
  return Array.from(simulate(options), ({ transaction }) => `${JSON.stringify(transaction)}\n`).join("");
}
