import { effect, signal } from "@preact/signals";
import { sha256 } from "../data/sha256.ts";
import type { DataSource } from "../data/load-events.ts";
import { samples } from "./samples.ts";
import {
  active,
  dataset,
  notice,
  openDataset,
  openSample,
  pinVersion,
  runVersion,
  versionA,
  versionB,
} from "./workbench.ts";

/** A run that has ended: what ran over what, and what it came to. */
export interface PastRun {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly when: number;
  readonly rules: string;
  readonly data: {
    readonly name: string;
    readonly sample: string | null;
    readonly bytes: number;
    readonly events: number;
    /** `null` of a file that is too large to be hashed beside the run. */
    readonly sha256: string | null;
  };
  readonly alerts: number;
  readonly byRule: readonly { readonly rule: string; readonly alerts: number }[];
  readonly hash: string;
}

export const pastRuns = signal<readonly PastRun[]>([]);

const maxRuns = 50;
/** Who is still writing is not done with these rules. */
const settledMs = 2000;
const maxHashedBytes = 64 * 1024 * 1024;

/** Notes runs of rules that were left as they are for a moment. */
export function recordRuns(): void {
  void loadRuns();
  let timer: ReturnType<typeof setTimeout> | null = null;
  effect(() => {
    const { status } = active.value.run.value;
    if (timer !== null) clearTimeout(timer);
    if (status === "done") timer = setTimeout(() => void noteRun(), settledMs);
  });
}

async function noteRun(): Promise<void> {
  const { status, facts, source } = active.value.run.value;
  const open = dataset.value;
  if (status !== "done" || facts === null || open === null || source !== open.source) return;
  const rules = active.value.text.value;
  const { name, blob } = open.source;
  const run: Omit<PastRun, "id"> = {
    when: Date.now(),
    rules,
    data: {
      name,
      sample: open.sample?.id ?? null,
      bytes: blob.size,
      events: facts.events,
      sha256: await fingerprint(open.source),
    },
    alerts: facts.alerts,
    byRule: facts.rules.map(({ name: rule, counts }) => ({
      rule,
      alerts: counts.reduce((sum, value) => sum + value, 0),
    })),
    hash: facts.hash,
  };
  await changeRuns((store, all) => {
    // The same again is the same run.
    const again = all.find((past) => past.rules === rules && past.hash === run.hash && isSameData(past.data, run.data));
    if (again !== undefined) store.delete(again.id);
    store.add(run);
    const rest = all.filter((past) => past !== again);
    for (const old of rest.slice(maxRuns - 1)) store.delete(old.id);
  });
}

let hashed: { readonly source: DataSource; readonly sha256: Promise<string | null> } | null = null;

function fingerprint(source: DataSource): Promise<string | null> {
  if (source.blob.size > maxHashedBytes) return Promise.resolve(null);
  if (hashed?.source !== source) hashed = { source, sha256: sha256(source.blob) };
  return hashed.sha256;
}

function isSameData(a: PastRun["data"], b: PastRun["data"]): boolean {
  return a.name === b.name && a.bytes === b.bytes && a.sha256 === b.sha256;
}

/** Takes the rules of a past run, and its recording where that is at hand. */
export async function reopenRun({ rules, data }: PastRun): Promise<void> {
  if (data.sample !== null && samples.some(({ id }) => id === data.sample)) {
    await openSample(data.sample, rules);
    return;
  }
  const { keptData, openKept } = await import("./kept-data.ts");
  const kept = keptData.value.find(({ name, bytes }) => name === data.name && bytes === data.bytes);
  const source = kept === undefined ? null : await openKept(kept);
  if (source !== null) {
    await openDataset(source, rules, null);
    return;
  }
  active.value.text.value = rules;
  await runVersion(active.value);
  const open = dataset.value?.source;
  if (open?.name === data.name && open.blob.size === data.bytes) return;
  notice.value = {
    kind: "info",
    text: `These are the rules of that run. It was over ${data.name}, which is not kept here: open it to see the same.`,
  };
}

/** Compares the rules as they are, as B, with those of a past run, as A. */
export function compareWithRun({ rules }: PastRun): void {
  if (versionB.value === null) pinVersion();
  versionA.text.value = rules;
  void runVersion(versionA);
}

/** Forgets all past runs. */
export async function forgetRuns(): Promise<void> {
  await changeRuns((store) => store.clear());
}

async function loadRuns(): Promise<void> {
  await changeRuns(() => {});
}

/** Changes what is stored, and shows what is stored then, the newest first. Where nothing can be stored nothing is. */
async function changeRuns(change: (store: IDBObjectStore, all: readonly PastRun[]) => void): Promise<void> {
  try {
    const database = await openDatabase();
    const transaction = database.transaction(storeName, "readwrite");
    const store = transaction.objectStore(storeName);
    change(store, newestFirst(await answerOf(store.getAll())));
    pastRuns.value = newestFirst(await answerOf(store.getAll()));
    database.close();
  } catch {
    pastRuns.value = [];
  }
}

const storeName = "runs";

function newestFirst(stored: readonly unknown[]): readonly PastRun[] {
  return (stored as readonly PastRun[]).toSorted((a, b) => b.when - a.when);
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open("weir", 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(storeName, { keyPath: "id", autoIncrement: true });
  });
  return answerOf(request);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => failed(request.error ?? new Error("the database did not answer")));
  });
}
