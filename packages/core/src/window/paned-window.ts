import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import type { ConditionalCount } from "./conditional-count.ts";
import type { EventRing } from "./event-ring.ts";
import { type AggregateReader, type NamedPart, type Part, partSections } from "./part.ts";
import type { RecentSet } from "./recent-set.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";
import type { PanedGlue, WindowStore } from "./window-store.ts";

/** Slices of a window, whose ring is its own. */
export interface Slices {
  readonly ms: number;
  readonly args: readonly Evaluate[];
  /** Counts all events; among the parts. */
  readonly events: ConditionalCount;
}

/** What a window of panes is made of. */
export interface PanedWindowOptions {
  readonly view: RingView;
  readonly parts: readonly NamedPart[];
  readonly recents: RecentSet;
  readonly readers: readonly AggregateReader[];
  /** So many of the newest events are kept; `null`: all. */
  readonly keep: number | null;
  /** `null`: a pane per event. */
  readonly slices: Slices | null;
  /** Whether no other window reads the ring: then it adds events to it. */
  readonly ownsRing: boolean;
}

/**
 * Windows whose oldest panes leave: a pane per event, or per slice. What is in the panes is the ring's; the window has a view of it, and
 * what its aggregates keep.
 */
export class PanedWindow implements WindowStore {
  readonly #view: RingView;
  readonly #ring: EventRing;
  readonly #parts: readonly Part[];
  readonly #recents: RecentSet;
  readonly #keep: number | null;
  readonly #slices: Slices | null;
  readonly #ownsRing: boolean;
  readonly #values: Value[];
  /** The rings that parts read as a pane leaves: known once the ring is sealed. */
  #lanes: readonly SlotRings[] | null = null;
  readonly readers: readonly AggregateReader[];
  readonly sections: readonly StateSection[];

  constructor({ view, parts, recents, readers, keep, slices, ownsRing }: PanedWindowOptions) {
    this.#view = view;
    this.#ring = view.ring;
    this.#parts = parts.map(({ part }) => part);
    this.#recents = recents;
    this.#keep = keep;
    this.#slices = slices;
    this.#ownsRing = ownsRing;
    this.#values = slices?.args.map(() => null) ?? [];
    this.readers = readers;
    const window: StateSection = {
      id: "window",
      save: (slot, out) => out.uint(view.length(slot)),
      load: (slot, input) => this.#takeBack(slot, input.uint()),
      fill: (slot) => this.#takeBack(slot, view.known(slot)),
    };
    this.sections = [
      ...(ownsRing ? view.ring.sections() : []),
      window,
      ...parts.flatMap(partSections),
      ...recents.sections(),
    ];
  }

  get glue(): PanedGlue | null {
    if (this.#slices !== null) return null;
    return {
      kind: "paned",
      view: this.#view,
      ring: this.#ring,
      lanes: this.#lanesOfParts(),
      parts: this.#parts,
      recents: this.#recents,
      keep: this.#keep,
    };
  }

  dropBefore(slot: number, bound: number): void {
    while (this.#view.oldest(slot) < bound) this.#leave(slot);
    this.#recents.lookFrom(slot, bound);
  }

  holdFrom(slot: number, bound: number): void {
    while (this.#view.canRejoin(slot, bound)) this.#rejoin(slot);
    this.dropBefore(slot, bound);
  }

  trimTo(slot: number, count: number): void {
    while (this.#view.length(slot) > count) this.#leave(slot);
  }

  add(slot: number, t: number, context: EvalContext): void {
    if (this.#slices !== null) {
      this.#addToSlice(slot, t, context, this.#slices);
      return;
    }
    const { values } = this.#ring;
    if (this.#keep !== null) this.trimTo(slot, this.#keep - 1);
    if (this.#ownsRing) this.#ring.add(slot, t, context);
    this.#view.arrive(slot, t);
    for (const part of this.#parts) part.add(slot, part.arg === null ? null : values[part.arg]!, true);
    this.#recents.add(slot, values, t);
  }

  value(slot: number, aggregate: number): Value {
    return this.readers[aggregate]!.read(slot);
  }

  count(slot: number): number {
    return this.#slices === null ? this.#view.length(slot) : this.#slices.events.value(slot);
  }

  oldest(slot: number): number {
    return this.#view.oldest(slot);
  }

  reset(slot: number): void {
    for (const part of this.#parts) part.reset(slot);
    this.#recents.reset(slot);
    this.#view.reset(slot);
    if (this.#ownsRing) this.#ring.clear(slot);
  }

  grow(capacity: number): void {
    this.#ring.grow(capacity);
    for (const part of this.#parts) part.grow(capacity);
  }

  save(slot: number, out: ByteWriter): void {
    for (const section of this.sections) section.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (const section of this.sections) section.load(slot, input);
  }

  #addToSlice(slot: number, t: number, context: EvalContext, { ms, args }: Slices): void {
    const ring = this.#ring;
    for (let i = 0; i < args.length; i++) this.#values[i] = args[i]!(context);
    const slice = Math.floor(t / ms) * ms;
    const opens = this.#view.length(slot) === 0 || ring.newest(slot) < slice;
    if (opens) {
      ring.makeRoom(slot, t);
      ring.push(slot, slice);
      this.#view.arrive(slot, slice);
    } else ring.seek(slot, ring.tail(slot) - 1);
    for (const part of this.#parts) part.add(slot, part.arg === null ? null : this.#values[part.arg]!, opens);
  }

  #leave(slot: number): void {
    this.#seekHead(slot);
    for (const part of this.#parts) part.leave(slot);
    this.#view.leave(slot);
  }

  #rejoin(slot: number): void {
    this.#view.rejoin(slot);
    this.#seekHead(slot);
    for (const part of this.#parts) part.rejoin!(slot);
  }

  #seekHead(slot: number): void {
    const head = this.#view.head(slot);
    for (const lane of this.#lanesOfParts()) lane.seek(slot, head);
  }

  /** Makes an empty window hold the newest panes, which its ring has. */
  #takeBack(slot: number, panes: number): void {
    for (const part of this.#parts) part.reset(slot);
    this.#view.reset(slot);
    while (this.#view.length(slot) < panes) this.#rejoin(slot);
  }

  #lanesOfParts(): readonly SlotRings[] {
    this.#lanes ??= [...new Set(this.#parts.flatMap(({ column }) => (column === undefined ? [] : [column.rings])))];
    return this.#lanes;
  }
}
