import { textOf } from "../data/column.ts";
import type { EventStore } from "../data/event-store.ts";
import type { AlertStore } from "./alert-store.ts";

/** How right a rule is, where a field of the events says what is right. */
export interface Quality {
  /** The label that most of the right alerts are about: recall is that of this label. */
  readonly label: string;
  readonly right: number;
  readonly precision: number;
  /** Series of events with the label and one key, less than an hour apart. */
  readonly incidents: number;
  readonly found: number;
  readonly recall: number;
}

export interface LabelledEvent {
  readonly index: number;
  readonly time: number;
  readonly label: string;
}

const gapMs = 3_600_000;
/** An alert without a window still looks at more than its own instant: others may be needed to tell. */
const shortestLookMs = 1000;
const maxLabelled = 200_000;
const negative: ReadonlySet<string> = new Set(["", "null", "false", "0", "benign", "normal", "none", "legit", "ok"]);

/** The events whose label says that something is wrong. */
export function labelledEvents(
  store: EventStore,
  timeOf: (index: number) => number,
  field: string,
): readonly LabelledEvent[] {
  const found: LabelledEvent[] = [];
  const isPositive = store.matcher(field, (text) => !negative.has(text.toLowerCase()));
  for (let index = 0; index < store.length && found.length < maxLabelled; index++) {
    if (!isPositive(index)) continue;
    const value = store.field(index, field);
    if (value !== null && value !== undefined) found.push({ index, time: timeOf(index), label: textOf(value) });
  }
  return found.sort((a, b) => a.time - b.time);
}

interface Incident {
  readonly label: string;
  readonly from: number;
  to: number;
}

/**
 * Compares alerts with labelled events of the same key. An alert is right if such an event lies in its window; an incident is found
 * if an alert fired from its first event on, until the window behind its last one is over. `null` where the key is no field.
 */
export function qualityOf(
  store: EventStore,
  alerts: AlertStore,
  fired: readonly number[],
  labelled: readonly LabelledEvent[],
  keyNames: readonly string[],
  windowMs: number,
): Quality | null {
  const lookMs = Math.max(windowMs, shortestLookMs);
  const byKey = new Map<string, LabelledEvent[]>();
  for (const event of labelled) {
    const id = JSON.stringify(keyNames.map((name) => store.field(event.index, name) ?? null));
    const known = byKey.get(id);
    if (known === undefined) byKey.set(id, [event]);
    else known.push(event);
  }
  const timesByKey = new Map<string, number[]>();
  const hits = new Map<string, number>();
  let right = 0;
  for (const index of fired) {
    const { key } = alerts.alert(index);
    const id = JSON.stringify(keyNames.map((name) => key[name] ?? null));
    const at = alerts.at(index);
    const times = timesByKey.get(id);
    if (times === undefined) timesByKey.set(id, [at]);
    else times.push(at);
    const own = byKey.get(id) ?? [];
    const hit = own[countWhile(own, ({ time }) => time <= at) - 1];
    if (hit === undefined || hit.time < at - lookMs) continue;
    right++;
    hits.set(hit.label, (hits.get(hit.label) ?? 0) + 1);
  }
  const label = [...hits].sort((a, b) => b[1] - a[1])[0]?.[0];
  if (label === undefined) return null;
  let incidents = 0;
  let found = 0;
  for (const [id, events] of byKey) {
    const times = (timesByKey.get(id) ?? []).sort((a, b) => a - b);
    for (const { from, to } of incidentsOf(events.filter((event) => event.label === label))) {
      incidents++;
      const first = times[countWhile(times, (at) => at < from)];
      if (first !== undefined && first <= to + lookMs) found++;
    }
  }
  return { label, right, precision: right / fired.length, incidents, found, recall: found / Math.max(1, incidents) };
}

/** How many elements pass, in a list in which those that pass come first. */
function countWhile<T>(list: readonly T[], test: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function incidentsOf(events: readonly LabelledEvent[]): Incident[] {
  const all: Incident[] = [];
  for (const { time, label } of events) {
    const last = all.at(-1);
    if (last !== undefined && time - last.to < gapMs) last.to = time;
    else all.push({ label, from: time, to: time });
  }
  return all;
}
