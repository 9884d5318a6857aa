import { sectionOf, type StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import { RecentValues } from "./recent-values.ts";
import type { Records } from "./records.ts";

/**
 * The most recent values of several arguments of a window, of which COUNT(DISTINCT e) counts those last seen at or after a time: that
 * of the slot looked at last.
 */
export class RecentSet {
  readonly #names: string[] = [];
  readonly recents: RecentValues[] = [];
  /** From when on values count. */
  from: number = Number.NEGATIVE_INFINITY;

  /** The place of an argument's values. */
  place(name: string, arg: number, most: number, records: Records): number {
    const known = this.#names.indexOf(name);
    if (known !== -1) return known;
    this.recents.push(new RecentValues(arg, most, records));
    return this.#names.push(name) - 1;
  }

  /** How many different values there are. */
  values(slot: number, place: number): number {
    return this.recents[place]!.countSince(slot, this.from);
  }

  /** Values last seen before `bound` count no more. */
  lookFrom(slot: number, bound: number): void {
    this.from = bound;
    // What left with the last millisecond may be looked at again.
    for (const recent of this.recents) recent.dropBefore(slot, bound - 1);
  }

  add(slot: number, values: readonly Value[], t: number): void {
    for (const recent of this.recents) recent.add(slot, values[recent.arg]!, t);
  }

  reset(slot: number): void {
    for (const recent of this.recents) recent.reset(slot);
  }

  sections(): readonly StateSection[] {
    return this.recents.map((recent, i) => sectionOf(`recent ${this.#names[i]!}`, recent));
  }
}
