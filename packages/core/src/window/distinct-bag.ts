import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { CountedIds } from "./counted-ids.ts";
import type { Bag, Encoder } from "./part.ts";
import { type ValueKey, valueKey } from "./value-key.ts";

/**
 * COUNT(DISTINCT e), exact. Values become small integers, the same for all slots, for as long as any slot has them.
 *
 * State   8 to 22 bytes a value and slot; the values themselves once.
 */
export class DistinctBag implements Bag, Encoder {
  readonly rebuilds = true;
  readonly whole = true;
  readonly #ids = new Map<ValueKey, number>();
  readonly #keys: (ValueKey | undefined)[] = [undefined];
  /** How many slots have the value. */
  readonly #slots: number[] = [0];
  readonly #freeIds: number[] = [];
  readonly #sets = new CountedIds();

  count(slot: number): number {
    return this.#sets.size(slot);
  }

  /** The code is good until the next one is asked for, or as long as a slot has it. */
  encode(value: Value): number {
    return value === null ? Number.NaN : this.#idOf(valueKey(value));
  }

  write(code: number, out: ByteWriter): void {
    out.value(this.#keys[code]!);
  }

  read(input: ByteReader): number {
    return this.#idOf(input.value() as ValueKey);
  }

  representative(code: number): number {
    return code;
  }

  grow(capacity: number): void {
    this.#sets.grow(capacity);
  }

  add(slot: number, id: number, times: number): void {
    if (this.#sets.add(slot, id, times)) this.#slots[id]!++;
  }

  remove(slot: number, id: number, times: number): void {
    if (this.#sets.remove(slot, id, times)) this.#release(id);
  }

  reset(slot: number): void {
    this.#sets.forEach(slot, (id) => this.#release(id));
    this.#sets.clear(slot);
  }

  save(slot: number, out: ByteWriter): void {
    out.uint(this.#sets.size(slot));
    this.#sets.forEach(slot, (id) => this.write(id, out));
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (let n = input.uint(); n > 0; n--) this.add(slot, this.read(input), 1);
  }

  #idOf(key: ValueKey): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#freeIds.pop() ?? this.#keys.length;
    this.#ids.set(key, id);
    this.#keys[id] = key;
    this.#slots[id] = 0;
    return id;
  }

  #release(id: number): void {
    if (--this.#slots[id]! > 0) return;
    this.#ids.delete(this.#keys[id]!);
    this.#keys[id] = undefined;
    this.#freeIds.push(id);
  }
}
