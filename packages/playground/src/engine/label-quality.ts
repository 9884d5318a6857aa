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
  own: readonly number[],
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
  for (const index of own) {
    const { key } = alerts.alert(index);
    const id = JSON.stringify(keyNames.map((name) => key[name] ?? null));
    const at = alerts.at(index);
    timesByKey.set(id, [...(timesByKey.get(id) ?? []), at]);
    const hit = byKey.get(id)?.findLast(({ time }) => time <= at && time >= at - lookMs);
    if (hit === undefined) continue;
    right++;
    hits.set(hit.label, (hits.get(hit.label) ?? 0) + 1);
  }
  const label = [...hits].sort((a, b) => b[1] - a[1])[0]?.[0];
  if (label === undefined) return null;
  let incidents = 0;
  let found = 0;
  for (const [id, events] of byKey) {
    const times = timesByKey.get(id) ?? [];
    for (const { from, to } of incidentsOf(events.filter((event) => event.label === label))) {
      incidents++;
      if (times.some((at) => at >= from && at <= to + lookMs)) found++;
    }
  }
  return { label, right, precision: right / own.length, incidents, found, recall: found / Math.max(1, incidents) };
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
