import { batch, effect } from "@preact/signals";
import { keptData, openKept } from "./kept-data.ts";
import { readWork, type SavedWork } from "./saved-work.ts";
import { breakpoints } from "./transport.ts";
import {
  chosenArrival,
  dataset,
  notice,
  openDataset,
  openSample,
  pinVersion,
  setArrival,
  sourceOfFile,
  tables,
  versionA,
  versionB,
} from "./workbench.ts";

const storageKey = "weir.work";
const saveDelayMs = 500;
/** Of rows, as text: browsers give a page about five million characters. */
const maxRowText = 2_000_000;

/** Keeps the work in this browser, a moment after it changed. */
export function autosave(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  effect(() => {
    const open = dataset.value;
    const other = versionB.value;
    const work: SavedWork = {
      rules: versionA.text.value,
      other: other === null ? null : other.text.value,
      sample: open?.sample?.id ?? null,
      file: open !== null && open.sample === null ? open.source.name : null,
      tables: tables.value,
      arrival: chosenArrival.value,
      breakpoints: breakpoints.value,
    };
    if (open === null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => save(work), saveDelayMs);
  });
}

function save(work: SavedWork): void {
  const rows = JSON.stringify(work.tables);
  try {
    localStorage.setItem(storageKey, JSON.stringify(rows.length > maxRowText ? { ...work, tables: {} } : work));
  } catch {
    // Full, or not allowed: the work is kept in this page alone.
  }
}

/** Goes on where the last visit ended; whether there was one. */
export async function resumeWork(): Promise<boolean> {
  const work = savedWork();
  if (work === null) return false;
  breakpoints.value = work.breakpoints;
  const copy = keptData.value.find(({ name }) => name === work.file);
  const source = copy === undefined ? null : await openKept(copy);
  if (work.sample !== null) await openSample(work.sample, work.rules, work.tables);
  else {
    batch(() => {
      tables.value = work.tables;
      versionA.text.value = work.rules;
    });
    if (source !== null) await openDataset(source, work.rules, null);
    else {
      notice.value = {
        kind: "info",
        text: `Your rules are as you left them. Open ${work.file ?? "your events"} again to run them: files are not kept unless you ask for it.`,
      };
    }
  }
  if (work.arrival !== null) setArrival(work.arrival);
  if (work.other !== null) pinVersion(work.other);
  return true;
}

function savedWork(): SavedWork | null {
  try {
    return readWork(JSON.parse(localStorage.getItem(storageKey) ?? "null"));
  } catch {
    return null;
  }
}

/** Opens the files that `weir playground` was given. */
export async function openLocalFiles(): Promise<void> {
  const names = (await (await fetch("local/files.json")).json()) as { rules: string | null; events: string | null };
  const rules = names.rules === null ? null : await (await fetch("local/rules")).text();
  if (rules !== null) versionA.text.value = rules;
  if (names.events === null) return;
  const blob = await (await fetch("local/events")).blob();
  await openDataset(sourceOfFile(new File([blob], names.events)), rules, null);
}
