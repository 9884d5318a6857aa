import { Duration, Time, type Value } from "../value.ts";

/**
 * Where an alert stands among those that one engine would have made of the same events; ordered part by part.
 *
 * ```text
 * rows  due  round  derived  order  key…
 *       due      −∞: made by the event numbered `rows` itself; else the instant that came after it
 *       round    an instant may have several
 *       derived  1: by way of a derived event
 *       order    of the rule, at an instant of what it had to do
 *       key      at an instant: its parts, each as the rank of its type and its value
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
  #rows = 0;
  #due = -Infinity;
  #round = 0;
  /** Whether derived events are processed. */
  isDerived = false;

  /** An event is processed. */
  row(): void {
    this.#rows++;
    this.#due = -Infinity;
    this.#round = 0;
  }

  /** What is due at an instant happens. */
  due(time: number): void {
    this.#round = time === this.#due ? this.#round + 1 : 0;
    this.#due = time;
  }

  /** The place of an alert: of a rule at the event, or by its rank among what is due. */
  place(rule: number, rank: number, key: readonly Value[]): AlertPlace {
    // Derived events stay within one shard, whose own order holds.
    if (this.isDerived) return [this.#rows, this.#due, this.#round, 1];
    if (this.#due === -Infinity) return [this.#rows, this.#due, 0, 0, rule];
    return [this.#rows, this.#due, this.#round, 0, rank, ...key.flatMap(keyPart)];
  }

  /** What comes next is not before this place. */
  reached(now: number): AlertPlace {
    return [this.#rows, now];
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
