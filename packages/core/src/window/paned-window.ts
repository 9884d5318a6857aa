import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { ConditionalCount } from "./conditional-count.ts";
import type { EventRing } from "./event-ring.ts";
import type { StateSection } from "../snapshot/section.ts";
import { type NamedPart, type Part, partSections, type AggregateReader } from "./part.ts";
import type { WindowGlue, WindowStore } from "./window-store.ts";

/** Windows whose oldest panes leave: a pane per event, or per slice of `sliceMs`. */
export class PanedWindow implements WindowStore {
  readonly #args: readonly Evaluate[];
  readonly #values: Value[];
  readonly #parts: readonly Part[];
  readonly #ring: EventRing;
  readonly #sliceMs: number | null;
  readonly #events: ConditionalCount | null;
  readonly readers: readonly AggregateReader[];
  readonly sections: readonly StateSection[];
  readonly glue: WindowGlue | null;

  /** With slices `parts` has `events` among them, which counts all events. */
  constructor(
    args: readonly Evaluate[],
    parts: readonly NamedPart[],
    ring: EventRing,
    sliceMs: number | null,
    events: ConditionalCount | null,
    readers: readonly AggregateReader[],
  ) {
    this.#args = args;
    this.#values = args.map(() => null);
    this.#parts = parts.map(({ part }) => part);
    this.#ring = ring;
    this.#sliceMs = sliceMs;
    this.#events = events;
    this.readers = readers;
    this.glue = sliceMs === null ? { ring, parts: this.#parts, events: null, oldest: null } : null;
    this.sections = [
      { id: "ring", save: (slot, out) => ring.save(slot, out), load: (slot, input) => ring.load(slot, input) },
      ...parts.flatMap(partSections),
    ];
  }

  dropBefore(slot: number, bound: number): void {
    while (this.#ring.oldest(slot) < bound) this.#dropOldest(slot);
  }

  trimTo(slot: number, count: number): void {
    while (this.#ring.length(slot) > count) this.#dropOldest(slot);
  }

  add(slot: number, t: number, context: EvalContext): void {
    for (let i = 0; i < this.#args.length; i++) this.#values[i] = this.#args[i]!(context);
    let opened = true;
    if (this.#sliceMs === null) this.#ring.push(slot, t);
    else {
      const slice = Math.floor(t / this.#sliceMs) * this.#sliceMs;
      opened = this.#ring.newest(slot) < slice;
      if (opened) this.#ring.push(slot, slice);
      else this.#ring.seek(slot, this.#ring.tail(slot) - 1);
    }
    for (const part of this.#parts) part.add(slot, part.arg === null ? null : this.#values[part.arg]!, opened);
  }

  value(slot: number, aggregate: number): Value {
    return this.readers[aggregate]!.read(slot);
  }

  count(slot: number): number {
    return this.#events === null ? this.#ring.length(slot) : this.#events.value(slot);
  }

  oldest(slot: number): number {
    return this.#ring.oldest(slot);
  }

  reset(slot: number): void {
    for (const part of this.#parts) part.reset(slot);
    this.#ring.clear(slot);
  }

  grow(capacity: number): void {
    this.#ring.grow(capacity);
    for (const part of this.#parts) part.grow(capacity);
  }

  save(slot: number, out: ByteWriter): void {
    this.#ring.save(slot, out);
    for (const part of this.#parts) part.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    this.#ring.load(slot, input);
    for (const part of this.#parts) part.load(slot, input);
  }

  #dropOldest(slot: number): void {
    const ring = this.#ring;
    ring.seek(slot, ring.head(slot));
    for (const part of this.#parts) part.leave(slot);
    ring.shift(slot);
    if (ring.length(slot) === 0) for (const part of this.#parts) part.reset(slot);
  }
}
