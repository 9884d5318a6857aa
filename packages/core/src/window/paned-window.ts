import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { ConditionalCount } from "./conditional-count.ts";
import type { EventRing } from "./event-ring.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import { type NamedPart, type Part, partSections, type AggregateReader } from "./part.ts";
import type { RecentValues } from "./recent-values.ts";
import type { WindowGlue, WindowSpec, WindowStore } from "./window-store.ts";

/** The most recent values of an argument, with what tells them from others of their window. */
export interface NamedRecent {
  readonly name: string;
  readonly recent: RecentValues;
}

/** Windows whose oldest panes leave: a pane per event, or per slice of `sliceMs`. */
export class PanedWindow implements WindowStore {
  readonly #args: readonly Evaluate[];
  readonly #values: Value[];
  readonly #parts: readonly Part[];
  readonly #ring: EventRing;
  readonly #sliceMs: number | null;
  readonly #events: ConditionalCount | null;
  readonly #recents: readonly RecentValues[];
  readonly #keep: number | null;
  readonly readers: readonly AggregateReader[];
  readonly sections: readonly StateSection[];
  readonly glue: WindowGlue | null;

  /** With slices `parts` has `events` among them, which counts all events. */
  constructor(
    { args, sliceMs, keep }: WindowSpec,
    parts: readonly NamedPart[],
    ring: EventRing,
    events: ConditionalCount | null,
    readers: readonly AggregateReader[],
    recents: readonly NamedRecent[],
  ) {
    this.#args = args;
    this.#values = args.map(() => null);
    this.#parts = parts.map(({ part }) => part);
    this.#ring = ring;
    this.#sliceMs = sliceMs;
    this.#events = events;
    this.#recents = recents.map(({ recent }) => recent);
    this.#keep = keep ?? null;
    this.readers = readers;
    this.glue =
      sliceMs === null ? { kind: "paned", ring, parts: this.#parts, recents: this.#recents, keep: this.#keep } : null;
    this.sections = [
      sectionOf("ring", ring),
      ...parts.flatMap(partSections),
      ...recents.map(({ name, recent }) => sectionOf(name, recent)),
    ];
  }

  dropBefore(slot: number, bound: number): void {
    while (this.#ring.oldest(slot) < bound) this.#dropOldest(slot);
    for (const recent of this.#recents) recent.dropBefore(slot, bound);
  }

  trimTo(slot: number, count: number): void {
    while (this.#ring.length(slot) > count) this.#dropOldest(slot);
  }

  add(slot: number, t: number, context: EvalContext): void {
    for (let i = 0; i < this.#args.length; i++) this.#values[i] = this.#args[i]!(context);
    let opened = true;
    if (this.#keep !== null) this.trimTo(slot, this.#keep - 1);
    if (this.#sliceMs === null) this.#ring.push(slot, t);
    else {
      const slice = Math.floor(t / this.#sliceMs) * this.#sliceMs;
      opened = this.#ring.newest(slot) < slice;
      if (opened) this.#ring.push(slot, slice);
      else this.#ring.seek(slot, this.#ring.tail(slot) - 1);
    }
    for (const part of this.#parts) part.add(slot, part.arg === null ? null : this.#values[part.arg]!, opened);
    for (const recent of this.#recents) recent.add(slot, this.#values[recent.arg]!, t);
  }

  value(slot: number, aggregate: number): Value {
    return this.readers[aggregate]!.read(slot);
  }

  count(slot: number): number {
    return this.#events === null ? this.#ring.length(slot) : this.#events.value(slot);
  }

  oldest(slot: number): number {
    let oldest = this.#ring.oldest(slot);
    for (const recent of this.#recents) oldest = Math.min(oldest, recent.oldest(slot));
    return oldest;
  }

  reset(slot: number): void {
    for (const part of this.#parts) part.reset(slot);
    for (const recent of this.#recents) recent.reset(slot);
    this.#ring.clear(slot);
  }

  grow(capacity: number): void {
    this.#ring.grow(capacity);
    for (const part of this.#parts) part.grow(capacity);
  }

  save(slot: number, out: ByteWriter): void {
    this.#ring.save(slot, out);
    for (const part of this.#parts) part.save(slot, out);
    for (const recent of this.#recents) recent.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    this.#ring.load(slot, input);
    for (const part of this.#parts) part.load(slot, input);
    for (const recent of this.#recents) recent.load(slot, input);
  }

  #dropOldest(slot: number): void {
    const ring = this.#ring;
    ring.seek(slot, ring.head(slot));
    for (const part of this.#parts) part.leave(slot);
    ring.shift(slot);
    if (ring.length(slot) === 0) for (const part of this.#parts) part.reset(slot);
  }
}
