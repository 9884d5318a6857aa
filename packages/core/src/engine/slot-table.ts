import type { Value } from "../value.ts";
import { keyOf, keyOfValue } from "../values/compare.ts";

/** Maps the keys of a group to small integers, the slots, which index all columns; freed slots are used again. */
export class SlotTable {
  readonly #slots = new Map<string | number, number>();
  /** By slot: the one part of a key, or the list of several; no part is a list itself. Slot 0 is no key's. */
  readonly #keys: (Value | undefined)[] = [undefined];
  #free: number[] = [];

  /** Keys that have a slot. */
  get live(): number {
    return this.#slots.size;
  }

  /** Slots ever handed out: all are below this number. */
  get size(): number {
    return this.#keys.length;
  }

  /** The slot of a key; −1 where it has none. */
  find(key: readonly Value[]): number {
    return this.#slots.get(keyOf(key)) ?? -1;
  }

  /** `find` of a key of one part. */
  findOne(part: Value): number {
    return this.#slots.get(keyOfValue(part)) ?? -1;
  }

  /** A slot for a key that has none. */
  add(key: readonly Value[]): number {
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#slots.set(keyOf(key), slot);
    this.#keys[slot] = key.length === 1 ? key[0]! : key;
    return slot;
  }

  /** Whether a key has the slot. */
  isLive(slot: number): boolean {
    return this.#keys[slot] !== undefined;
  }

  /** The key of a live slot, `undefined` of a free one. */
  key(slot: number): readonly Value[] | undefined {
    const key = this.#keys[slot];
    return key === undefined || Array.isArray(key) ? (key as readonly Value[] | undefined) : [key];
  }

  free(slot: number): void {
    const key = this.key(slot);
    if (key === undefined) return;
    this.#slots.delete(keyOf(key));
    this.#keys[slot] = undefined;
    this.#free.push(slot);
  }

  /** Takes the free slots above all live ones back, so that they cost nothing; the lowest free ones are handed out next. */
  truncate(): void {
    let size = this.#keys.length;
    while (size > 1 && this.#keys[size - 1] === undefined) size--;
    this.#keys.length = size;
    this.#free = this.#free.filter((slot) => slot < size).sort((a, b) => b - a);
  }

  *liveSlots(): Generator<number> {
    for (let slot = 0; slot < this.#keys.length; slot++) if (this.#keys[slot] !== undefined) yield slot;
  }
}
