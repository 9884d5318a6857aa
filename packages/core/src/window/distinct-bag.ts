import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { CountedIds } from "./counted-ids.ts";
import type { Bag, Encoder } from "./part.ts";
import { Records } from "./records.ts";
import { ValueIds } from "./value-ids.ts";

/**
 * COUNT(DISTINCT e), exact, of windows that grow or are sliced.
 *
 * State   8 to 22 bytes a value and slot; the values themselves once.
 */
export class DistinctBag implements Bag, Encoder {
  readonly rebuilds = true;
  readonly name = "distinct";
  readonly whole = true;
  readonly #ids = new ValueIds();
  readonly #sets: CountedIds;

  constructor(records: Records = new Records()) {
    this.#sets = new CountedIds(records);
  }

  count(slot: number): number {
    return this.#sets.size(slot);
  }

  encode(value: Value): number {
    return value === null ? Number.NaN : this.#ids.idOf(value);
  }

  write(code: number, out: ByteWriter): void {
    this.#ids.write(code, out);
  }

  read(input: ByteReader): number {
    return this.#ids.read(input);
  }

  hold(code: number): void {
    this.#ids.hold(code);
  }

  release(code: number): void {
    this.#ids.release(code);
  }

  representative(code: number): number {
    return code;
  }

  grow(capacity: number): void {
    this.#sets.grow(capacity);
  }

  add(slot: number, id: number, times: number): void {
    if (this.#sets.add(slot, id, times)) this.#ids.hold(id);
  }

  remove(slot: number, id: number, times: number): void {
    if (this.#sets.remove(slot, id, times)) this.#ids.release(id);
  }

  reset(slot: number): void {
    this.#sets.forEach(slot, (id) => this.#ids.release(id));
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
}
