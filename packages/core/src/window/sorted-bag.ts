import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Bag } from "./part.ts";
import { percentileOf } from "./percentile-rank.ts";
import { SortedNumbers } from "./sorted-numbers.ts";

/**
 * MEDIAN and PERCENTILE, exact.
 *
 * State   8 to 16 bytes a number, beside what its event keeps.
 */
export class SortedBag implements Bag {
  readonly rebuilds = true;
  readonly name = "sorted";
  readonly #slots: (SortedNumbers | undefined)[] = [];

  percentile(slot: number, percent: number): number | null {
    const sorted = this.#slots[slot];
    return sorted === undefined ? null : percentileOf(sorted.length, percent, (rank) => sorted.at(rank));
  }

  grow(capacity: number): void {
    while (this.#slots.length < capacity) this.#slots.push(undefined);
  }

  representative(code: number): number {
    return code;
  }

  add(slot: number, x: number, times: number): void {
    const sorted = (this.#slots[slot] ??= new SortedNumbers());
    for (let i = 0; i < times; i++) sorted.add(x);
  }

  remove(slot: number, x: number, times: number): void {
    const sorted = this.#slots[slot]!;
    for (let i = 0; i < times; i++) sorted.remove(x);
    if (sorted.length === 0) this.#slots[slot] = undefined;
  }

  reset(slot: number): void {
    this.#slots[slot] = undefined;
  }

  save(slot: number, out: ByteWriter): void {
    const sorted = this.#slots[slot];
    out.uint(sorted?.length ?? 0);
    sorted?.forEach((x) => out.float(x));
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (let n = input.uint(); n > 0; n--) this.add(slot, input.float(), 1);
  }
}
