import { effect } from "@preact/signals";
import { active, dataset, notice, openDataset, openSample, sourceOfFile, versionA } from "./workbench.ts";
import { samples } from "./samples.ts";

const storageKey = "weir.work";
const saveDelayMs = 500;

/** What is kept between visits: the rules, and which recording they were for; never the events. */
interface SavedWork {
  readonly rules: string;
  readonly sample: string | null;
  readonly file: string | null;
}

/** Keeps the work in this browser, a moment after it changed. */
export function autosave(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  effect(() => {
    const { text } = active.value;
    const open = dataset.value;
    const work: SavedWork = {
      rules: text.value,
      sample: open?.sample?.id ?? null,
      file: open !== null && open.sample === null ? open.source.name : null,
    };
    if (open === null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => save(work), saveDelayMs);
  });
}

function save(work: SavedWork): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(work));
  } catch {
    // Full, or not allowed: the work is kept in this page alone.
  }
}

/** Goes on where the last visit ended; whether there was one. */
export async function resumeWork(): Promise<boolean> {
  const work = savedWork();
  if (work === null) return false;
  if (work.sample !== null) {
    await openSample(work.sample, work.rules);
    return true;
  }
  versionA.text.value = work.rules;
  notice.value = {
    kind: "info",
    text: `Your rules are as you left them. Open ${work.file ?? "your events"} again to run them: files are not kept.`,
  };
  return true;
}

function savedWork(): SavedWork | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "null");
    if (typeof value !== "object" || value === null || !("rules" in value) || !("sample" in value)) return null;
    const { rules, sample } = value;
    const file = "file" in value && typeof value.file === "string" ? value.file : null;
    if (typeof rules !== "string" || (sample !== null && !samples.some(({ id }) => id === sample))) return null;
    return { rules, sample: typeof sample === "string" ? sample : null, file };
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
