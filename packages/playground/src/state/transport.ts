import { effect, signal } from "@preact/signals";
import type { Breakpoint } from "../protocol/calls.ts";
import type { PlayheadPlace } from "../engine/playhead.ts";
import { active, activeRun, announcement, fullView, notice, playReports, view } from "./workbench.ts";

/** Where the playhead is; `null` before it was first moved. */
export const place = signal<PlayheadPlace | null>(null);
export const isPlaying = signal(false);
export const isLooping = signal(false);
export const speeds: readonly (number | null)[] = [1, 10, 60, 600, 3600, null];
/** Event time per time; `null`: as fast as it goes. */
export const speed = signal<number | null>(60);
export const breakpoints = signal<readonly Breakpoint[]>([]);
/** What is wrong with each of them; `null`: nothing. */
export const breakpointProblems = signal<readonly (string | null)[]>([]);
/** Why the playhead stopped by itself. */
export const pausedBy = signal<string | null>(null);

const isReady = (): boolean => activeRun.value.status === "done" && (activeRun.value.facts?.events ?? 0) > 0;

async function moved(move: Promise<PlayheadPlace | null>): Promise<void> {
  try {
    place.value = await move;
    pausedBy.value = null;
    isPlaying.value = false;
    keepInView();
  } catch (error) {
    notice.value = { kind: "error", text: error instanceof Error ? error.message : String(error) };
  }
}

export async function step(to: "event" | "alert", back: boolean): Promise<void> {
  if (isReady()) await moved(active.value.client.call("step", { to, back }));
}

export async function seekTime(time: number): Promise<void> {
  if (isReady()) await moved(active.value.client.call("seekTime", { time }));
}

export async function seekPosition(position: number): Promise<void> {
  if (isReady()) await moved(active.value.client.call("seek", { position }));
}

export async function togglePlay(): Promise<void> {
  if (!isReady()) return;
  const { client } = active.value;
  if (isPlaying.value) {
    await moved(client.call("pause", null));
    return;
  }
  pausedBy.value = null;
  isPlaying.value = true;
  await client.call("play", { speed: speed.value, isLooping: isLooping.value });
}

/** Goes on at another speed where it plays. */
export async function setSpeed(next: number | null): Promise<void> {
  speed.value = next;
  if (isPlaying.value) await active.value.client.call("play", { speed: next, isLooping: isLooping.value });
}

export async function toggleLoop(): Promise<void> {
  isLooping.value = !isLooping.value;
  if (isPlaying.value) await setSpeed(speed.value);
}

/** Sets the breakpoints there are to be, and learns what is wrong with them. */
export async function setBreakpoints(wanted: readonly Breakpoint[]): Promise<void> {
  breakpoints.value = wanted;
  await tellBreakpoints();
}

async function tellBreakpoints(): Promise<void> {
  const wanted = breakpoints.peek();
  const problems = await active.peek().client.call("breakpoints", wanted);
  if (breakpoints.peek() === wanted) breakpointProblems.value = problems;
}

/** Clears the breakpoints of a rule, or sets one where it fires. */
export async function toggleBreakpoint(rule: string): Promise<void> {
  const others = breakpoints.value.filter((at) => at.rule !== rule);
  const isCleared = others.length < breakpoints.value.length;
  announcement.value = isCleared ? `No breakpoint on ${rule}` : `Breakpoint on ${rule}`;
  await setBreakpoints(isCleared ? others : [...others, { rule, key: "", when: null }]);
}

/** A breakpoint in words: `burst for user=ana when COUNT() >= 5`. */
export function breakpointText({ rule, key, when }: Breakpoint): string {
  return `${rule}${key === "" ? "" : ` for ${key}`}${when === null ? "" : ` when ${when}`}`;
}

/** Takes what a playing worker reports, and forgets the playhead when the rules change. */
export function followPlayhead(): void {
  effect(() => {
    const report = playReports.value;
    if (report === null) return;
    place.value = report.place;
    if (report.paused === null) {
      keepInView();
      return;
    }
    isPlaying.value = false;
    if (report.paused.kind === "breakpoint") {
      pausedBy.value = `Breakpoint: ${breakpointText(report.paused)}`;
      announcement.value = pausedBy.value;
    }
    keepInView();
  });
  effect(() => {
    if (activeRun.value.status !== "running" && activeRun.value.status !== "idle") return;
    place.value = null;
    isPlaying.value = false;
    pausedBy.value = null;
  });
  effect(() => {
    if (activeRun.value.status === "done") void tellBreakpoints().catch(() => {});
  });
}

/** Moves the view along where the playhead leaves it. */
function keepInView(): void {
  const time = place.peek()?.time ?? null;
  const seen = view.peek();
  if (time === null || seen === null || (time >= seen.from && time < seen.to)) return;
  const width = seen.to - seen.from;
  view.value = { from: time - width * 0.1, to: time + width * 0.9 };
}

/** Zooms around the playhead where it is in view, else around the middle. */
export function zoomHere(factor: number): void {
  const seen = view.value;
  const time = place.value?.time ?? null;
  const isSeen = seen !== null && time !== null && time >= seen.from && time < seen.to;
  zoom(factor, isSeen ? (time - seen.from) / (seen.to - seen.from) : 0.5);
}

/** Zooms around a place of the view (0 left, 1 right); `factor` below 1 shows less. */
export function zoom(factor: number, around: number): void {
  const seen = view.value;
  const range = activeRun.value.facts?.range ?? null;
  if (seen === null || range === null) return;
  const full = fullView(range);
  const width = Math.min(Math.max((seen.to - seen.from) * factor, 10), full.to - full.from);
  const from = seen.from + (seen.to - seen.from) * around - width * around;
  setView(from, from + width);
}

export function pan(share: number): void {
  const seen = view.value;
  if (seen === null) return;
  const by = (seen.to - seen.from) * share;
  setView(seen.from + by, seen.to + by);
}

export function setView(from: number, to: number): void {
  const range = activeRun.value.facts?.range ?? null;
  if (range === null) return;
  const full = fullView(range);
  const width = Math.min(to - from, full.to - full.from);
  const start = Math.max(full.from, Math.min(from, full.to - width));
  view.value = { from: start, to: start + width };
}

export function fit(): void {
  const range = activeRun.value.facts?.range ?? null;
  if (range !== null) view.value = fullView(range);
}
