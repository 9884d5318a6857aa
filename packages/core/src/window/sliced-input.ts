import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { PaneColumn } from "./pane-columns.ts";
import type { Bag, Encoder, Part } from "./part.ts";
import { ReferenceColumn } from "./ring-columns.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";

/** Feeds an argument to a bag, slice by slice. */
export class SlicedInput implements Part {
  readonly arg: number;
  readonly column: CodesColumn;
  readonly #encoder: Encoder;
  readonly #bag: Bag;

  constructor(arg: number, column: CodesColumn, encoder: Encoder, bag: Bag) {
    this.arg = arg;
    this.column = column;
    this.#encoder = encoder;
    this.#bag = bag;
  }

  grow(capacity: number): void {
    this.#bag.grow(capacity);
  }

  add(slot: number, value: Value, opened: boolean): void {
    if (opened) this.column.clear();
    const encoded = this.#encoder.encode(value);
    if (Number.isNaN(encoded)) return;
    const code = this.#bag.representative(encoded);
    this.column.count(code);
    this.#bag.add(slot, code, 1);
  }

  leave(slot: number): void {
    const counts = this.column.counts();
    if (counts !== undefined) for (const [code, times] of counts) this.#bag.remove(slot, code, times);
  }

  rejoin(slot: number): void {
    const counts = this.column.counts();
    if (counts !== undefined) for (const [code, times] of counts) this.#bag.add(slot, code, times);
  }

  reset(slot: number): void {
    this.#bag.reset(slot);
  }
}

/**
 * How often each code came in a slice.
 *
 * State   O(different codes of the slice) a slice.
 */
export class CodesColumn extends ReferenceColumn<Map<number, number>> implements PaneColumn {
  readonly name: string;
  readonly arg = null;
  readonly bytes = 8;
  readonly readers: Set<RingView> = new Set();
  rings!: SlotRings;
  readonly #encoder: Encoder;

  constructor(name: string, encoder: Encoder) {
    super();
    this.name = name;
    this.#encoder = encoder;
  }

  override forget(chunk: number, at: number): void {
    const counts = this.chunks[chunk]![at];
    if (counts !== undefined) for (const code of counts.keys()) this.#encoder.release?.(code);
    super.forget(chunk, at);
  }

  counts(): ReadonlyMap<number, number> | undefined {
    return this.chunks[this.rings.chunk]![this.rings.at];
  }

  /** Counts a code. */
  count(code: number, times = 1): void {
    const counts = (this.chunks[this.rings.chunk]![this.rings.at] ??= new Map<number, number>());
    const before = counts.get(code);
    if (before === undefined) this.#encoder.hold?.(code);
    counts.set(code, (before ?? 0) + times);
  }

  put(): void {
    // Its part fills it.
  }

  clear(): void {
    this.chunks[this.rings.chunk]![this.rings.at] = undefined;
  }

  save(out: ByteWriter): void {
    const counts = this.counts();
    out.uint(counts?.size ?? 0);
    if (counts === undefined) return;
    for (const [code, times] of counts) {
      this.#encoder.write(code, out);
      out.uint(times);
    }
  }

  load(input: ByteReader): void {
    this.clear();
    for (let n = input.uint(); n > 0; n--) this.count(this.#encoder.read(input), input.uint());
  }
}
