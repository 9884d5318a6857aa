import type { Value } from "../value.ts";
import { keyOf, keyOfValue } from "../values/compare.ts";
import { KeyTable } from "../values/key-table.ts";

/**
 * Maps the keys of a group to small integers, the slots, which index all columns; freed slots are used again. Each cell of a template
 * has its keys in a space of its own, from 1 on; where there is one cell its space is 0.
 */
export class SlotTable {
  readonly #names = new KeyTable();
  /** By slot, keys that are not one part which is its own name. */
  readonly #others: (readonly Value[] | undefined)[] = [];
  #free: number[] = [];

  /** Keys that have a slot. */
  get live(): number {
    return this.#names.live;
  }

  /** Slots ever handed out: all are below this number. Slot 0 is no key's. */
  get size(): number {
    return this.#names.size;
  }

  /** The slot of a key; −1 where it has none. */
  find(key: readonly Value[], space: number): number {
    return this.#names.find(keyOf(key), space);
  }

  /** `find` of a key of one part. */
  findOne(part: Value, space: number): number {
    return this.#names.find(keyOfValue(part), space);
  }

  /** A slot for a key that has none; −1 where it has one. */
  add(key: readonly Value[], space: number): number {
    const slot = this.#free.at(-1) ?? this.#names.size;
    const name = keyOf(key);
    if (!this.#names.add(name, slot, space)) return -1;
    this.#free.pop();
    if (key.length !== 1 || key[0] !== name) {
      // Without holes: arrays with holes are slower to read.
      while (this.#others.length < slot) this.#others.push(undefined);
      this.#others[slot] = key;
    }
    return slot;
  }

  /** Makes room for `more` keys at once. */
  reserve(more: number): void {
    this.#names.reserve(more);
  }

  /** Whether a key has the slot. */
  isLive(slot: number): boolean {
    return this.#names.name(slot) !== undefined;
  }

  /** The key of a live slot, `undefined` of a free one. */
  key(slot: number): readonly Value[] | undefined {
    const name = this.#names.name(slot);
    if (name === undefined) return undefined;
    return (this.#others.length > slot ? this.#others[slot] : undefined) ?? [name];
  }

  /** What the key of a slot is called; `undefined` of a free one. */
  name(slot: number): string | number | undefined {
    return this.#names.name(slot);
  }

  /** The key of a slot where it is one part which is its own name, else `undefined`. */
  singleName(slot: number): string | number | undefined {
    return this.#others.length > slot && this.#others[slot] !== undefined ? undefined : this.#names.name(slot);
  }

  free(slot: number): void {
    if (!this.#names.remove(slot)) return;
    if (slot < this.#others.length) this.#others[slot] = undefined;
    this.#free.push(slot);
  }

  /** Takes the free slots above all live ones back, so that they cost nothing; the lowest free ones are handed out next. */
  truncate(): void {
    let size = this.size;
    while (size > 1 && !this.isLive(size - 1)) size--;
    this.#names.truncate(size);
    if (this.#others.length > size) this.#others.length = size;
    this.#free = this.#free.filter((slot) => slot < size).sort((a, b) => b - a);
  }

  *liveSlots(): Generator<number> {
    for (let slot = 1; slot < this.size; slot++) if (this.isLive(slot)) yield slot;
  }
}
