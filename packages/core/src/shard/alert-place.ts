import { Duration, Time, type Value } from "../value.ts";

/**
 * Where an alert stands among those that one engine would have made of the same events; ordered part by part.
 *
 * ```text
 * time  event  due  round  derived  order  key…
 * time     of the event, or the instant at which something was due
 *          event    its place in the order of arrival; −1: due before the events of the instant; else the event that asked for it
 *                 due      0: made by the event itself; 1: due then
 *                      round    an instant may have several
 *                             derived  1: by way of a derived event
 *                                      order    of the rule, at an instant of what it had to do
 *                                             key      at an instant: its parts, each as the rank of its type and its value
 * ```
 */
export type AlertPlace = readonly (number | string)[];

/** Negative where `a` stands first; 0 where both are of one rule and key, and so of one shard. */
export function comparePlaces(a: AlertPlace, b: AlertPlace): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a[i]!;
    const right = b[i]!;
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return a.length - b.length;
}

/** Follows what an engine does, to say where its alerts stand. */
export class PlaceTracker {
  #time = -Infinity;
  #event = -1;
  #due = 0;
  #round = 0;
  /** Whether derived events are processed. */
  isDerived = false;

  /** The event that was the `seq`-th to arrive is processed. */
  row(time: number, seq: number): void {
    this.#time = time;
    this.#event = seq;
    this.#due = 0;
    this.#round = 0;
  }

  /** What is due at an instant happens. */
  due(time: number): void {
    if (time !== this.#time) this.#event = -1;
    else if (this.#due === 1) {
      this.#round++;
      return;
    }
    // What is due at the instant of an event after it was processed has been asked for by it.
    this.#time = time;
    this.#due = 1;
    this.#round = 0;
  }

  /** The place of an alert: of a rule at the event, or by its rank among what is due. */
  place(rule: number, rank: number, key: readonly Value[]): AlertPlace {
    const instant = [this.#time, this.#event, this.#due, this.#round];
    // Derived events stay within one shard, whose own order holds.
    if (this.isDerived) return [...instant, 1];
    if (this.#due === 0) return [...instant, 0, rule];
    return [...instant, 0, rank, ...key.flatMap(keyPart)];
  }

  /** What comes next is not before this place: the clock is at `now`, and the next event is the `seq`-th to arrive. */
  reached(now: number, seq: number): AlertPlace {
    return [now, seq];
  }
}

/** A part of a key so that parts are ordered as `compareKeys` does. */
function keyPart(value: Value): readonly (number | string)[] {
  if (typeof value === "boolean") return [1, Number(value)];
  if (typeof value === "number") return [2, value];
  if (value instanceof Time) return [3, value.ms];
  if (value instanceof Duration) return [4, value.ms];
  return [5, value as string];
}
