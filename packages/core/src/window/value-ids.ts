import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { KeyTable } from "../values/key-table.ts";
import type { Encoder } from "./part.ts";
import { type ValueKey, valueKey } from "./value-key.ts";

/**
 * Small integers from 1 on for values, the same for all slots, for as long as any slot holds the value.
 *
 * State   each value once.
 */
export class ValueIds implements Encoder {
  readonly whole = true;
  readonly #keys = new KeyTable();
  readonly #holders: number[] = [0];
  readonly #free: number[] = [];

  /** The id is good until the next one is asked for, or as long as it is held. */
  idOf(value: Exclude<Value, null>): number {
    return this.#idOfKey(valueKey(value));
  }

  encode(value: Value): number {
    return value === null ? Number.NaN : this.idOf(value);
  }

  hold(id: number): void {
    this.#holders[id]!++;
  }

  release(id: number): void {
    if (--this.#holders[id]! > 0) return;
    this.#keys.remove(id);
    this.#free.push(id);
  }

  write(id: number, out: ByteWriter): void {
    out.value(this.#keys.name(id)!);
  }

  read(input: ByteReader): number {
    const known = input.known(this.#keys);
    return known === -1 ? this.#idOfKey(input.value() as ValueKey) : known;
  }

  #idOfKey(key: ValueKey): number {
    const known = this.#keys.find(key, 0);
    if (known !== -1) return known;
    const id = this.#free.pop() ?? this.#keys.size;
    this.#keys.add(key, id, 0);
    this.#holders[id] = 0;
    return id;
  }
}
