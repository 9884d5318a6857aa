import type { Row } from "../row.ts";
import type { Guard } from "./guard.ts";
import { GuardIndex } from "./guard-index.ts";
import { HeldRules } from "./held-rules.ts";

/**
 * Selects, of the rules of a group, those that an event of a key may concern: the ones with a guard that it meets, and those that hold
 * something of the key and wait for any event of it. Rules are places in the group.
 */
export class RuleSelection {
  /** Rules that hold something of a key and wait for any event of it. */
  readonly waiting: HeldRules = new HeldRules();
  readonly #index: GuardIndex;
  /** The event that was looked at last. */
  #row: Row | null = null;
  #found = 0;
  /** What was selected, where that is more than was found. */
  #merged: number[] | null = null;

  /** The guards of each rule, of which an event has to meet one; `null`: it is always found. */
  constructor(guards: readonly (readonly Guard[] | null)[]) {
    this.#index = new GuardIndex(guards);
  }

  /** Whether every rule is found by every event. */
  get isTrivial(): boolean {
    return this.#index.isTrivial;
  }

  /** Finds the rules whose guards an event meets, whatever its key; how many there are. `at` gives them. */
  find(row: Row): number {
    this.#merged = null;
    if (row === this.#row) return this.#found;
    this.#found = this.#index.find(row.data);
    this.#row = row;
    return this.#found;
  }

  /** `find`, and those that wait for any event of the slot's key. */
  select(row: Row, slot: number): number {
    const found = this.find(row);
    if (this.waiting.isEmpty) return found;
    const waiting = this.waiting.at(slot);
    if (waiting.length === 0) return found;
    const merged: number[] = [];
    let w = 0;
    for (let i = 0; i < found; i++) {
      const place = this.#index.at(i);
      while (w < waiting.length && waiting[w]! < place) merged.push(waiting[w++]!);
      if (waiting[w] === place) w++;
      merged.push(place);
    }
    while (w < waiting.length) merged.push(waiting[w++]!);
    this.#merged = merged;
    return merged.length;
  }

  /** Of what was found or selected last, in the order of the group. */
  at(i: number): number {
    return this.#merged === null ? this.#index.at(i) : this.#merged[i]!;
  }
}
