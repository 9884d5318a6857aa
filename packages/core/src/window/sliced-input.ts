import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Bag, Encoder, Part } from "./part.ts";
import { ReferenceColumn } from "./ring-columns.ts";

/**
 * Feeds an argument to a bag and keeps, for each slice, how often each code came.
 *
 * State   O(different codes of the slice) a slice.
 */
export class SlicedInput implements Part {
  readonly arg: number;
  readonly #encoder: Encoder;
  readonly #bag: Bag;
  readonly #ring: EventRing;
  readonly #panes = new ReferenceColumn<Map<number, number>>();

  constructor(arg: number, encoder: Encoder, bag: Bag, ring: EventRing) {
    this.arg = arg;
    this.#encoder = encoder;
    this.#bag = bag;
    this.#ring = ring;
    ring.addColumn(this.#panes);
  }

  grow(capacity: number): void {
    this.#bag.grow(capacity);
  }

  add(slot: number, value: Value): void {
    const panes = this.#panes.chunks[this.#ring.chunk]!;
    const encoded = this.#encoder.encode(value);
    if (Number.isNaN(encoded)) return;
    const code = this.#bag.representative(encoded);
    const counts = (panes[this.#ring.at] ??= new Map<number, number>());
    counts.set(code, (counts.get(code) ?? 0) + 1);
    this.#bag.add(slot, code, 1);
  }

  leave(slot: number): void {
    const counts = this.#panes.chunks[this.#ring.chunk]![this.#ring.at];
    if (counts !== undefined) for (const [code, times] of counts) this.#bag.remove(slot, code, times);
  }

  reset(slot: number): void {
    this.#bag.reset(slot);
  }

  save(slot: number, out: ByteWriter): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      const counts = this.#panes.chunks[ring.chunk]![ring.at];
      out.uint(counts?.size ?? 0);
      if (counts === undefined) continue;
      for (const [code, times] of counts) {
        this.#encoder.write(code, out);
        out.uint(times);
      }
    }
  }

  fill(slot: number): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#panes.chunks[ring.chunk]![ring.at] = undefined;
    }
  }

  load(slot: number, input: ByteReader): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      const counts = new Map<number, number>();
      for (let n = input.uint(); n > 0; n--) {
        const code = this.#encoder.read(input);
        const times = input.uint();
        counts.set(code, times);
        this.#bag.add(slot, code, times);
      }
      ring.seek(slot, pane);
      this.#panes.chunks[ring.chunk]![ring.at] = counts.size === 0 ? undefined : counts;
    }
  }
}
