import type { EventRing } from "./event-ring.ts";
import { FloatField, IntField, type Records } from "./records.ts";

/** How a window moves over its ring. */
export interface ViewOptions {
  /** Whether times are asked for: not of windows by count. */
  readonly timed: boolean;
  /** Events that left may be taken back while they are at most this old; `null`: never. */
  readonly backMs: number | null;
  /** So many of the newest events are all that is ever looked at; `null`: any number. */
  readonly most: number | null;
}

/**
 * The panes that one window holds of a ring that others may read too: from `head` up to the newest.
 *
 * State   12 bytes a slot, 4 of a window by count.
 */
export class RingView {
  readonly ring: EventRing;
  readonly options: ViewOptions;
  readonly #backMs: number;
  readonly #most: number;
  readonly #head: IntField;
  /** Time of the oldest pane, so that where nothing leaves nothing but the record is touched. */
  readonly #oldest: FloatField | null;

  constructor(ring: EventRing, options: ViewOptions, records: Records) {
    this.ring = ring;
    this.options = options;
    // So that no age and no number of panes is within them where there are none.
    this.#backMs = options.backMs ?? Number.NEGATIVE_INFINITY;
    this.#most = options.most ?? Number.POSITIVE_INFINITY;
    this.#head = new IntField(records, 0);
    this.#oldest = options.timed ? new FloatField(records, Number.POSITIVE_INFINITY) : null;
  }

  /** The number of the oldest pane. */
  head(slot: number): number {
    return this.#head.get(slot);
  }

  length(slot: number): number {
    return (this.ring.tail(slot) - this.#head.get(slot)) | 0;
  }

  /** `Infinity` where there is none, and of windows by count. */
  oldest(slot: number): number {
    return this.#oldest === null ? Number.POSITIVE_INFINITY : this.#oldest.get(slot);
  }

  /** Takes in the pane that was just added to the ring. */
  arrive(slot: number, t: number): void {
    const oldest = this.#oldest;
    if (oldest !== null && oldest.get(slot) === Number.POSITIVE_INFINITY) oldest.set(slot, t);
  }

  /** Lets the oldest pane go. */
  leave(slot: number): void {
    this.#head.set(slot, this.#head.get(slot) + 1);
    this.#findOldest(slot);
  }

  /** Whether the pane that left last began at or after `bound`, and can be taken back. */
  canRejoin(slot: number, bound: number): boolean {
    const { times } = this.ring;
    if (this.#backMs < 0 || times === null || times.rings.length(slot) === 0) return false;
    const head = this.#head.get(slot);
    if (head === times.rings.first(slot)) return false;
    return this.length(slot) < this.#most && times.of(slot, head - 1) >= bound;
  }

  /** Whether a pane that left may be taken back yet. */
  mayReturn(slot: number, pane: number): boolean {
    const { times } = this.ring;
    return this.#backMs >= 0 && times !== null && ((pane - times.rings.first(slot)) | 0) >= 0;
  }

  /** Takes the pane that left last back. */
  rejoin(slot: number): void {
    this.#head.set(slot, this.#head.get(slot) - 1);
    this.#findOldest(slot);
  }

  /** How many of the newest panes a window that is new to them can hold. */
  known(slot: number): number {
    const { times } = this.ring;
    if (this.#oldest === null || times === null) return 0;
    const tail = this.ring.tail(slot);
    let panes = 0;
    while (panes < times.rings.length(slot) && !Number.isNaN(times.of(slot, tail - panes - 1))) panes++;
    return panes;
  }

  /** The first of the panes from `first` on that is of use to this window at an event at `t`, or may be later. */
  needsFrom(slot: number, first: number, t: number): number {
    const { times } = this.ring;
    const head = this.#head.get(slot);
    if (this.#backMs < 0 || times === null) return head;
    const known = times.rings.first(slot);
    const tail = this.ring.tail(slot);
    let pane = head;
    while (pane !== first && pane !== known && times.of(slot, pane - 1) >= t - this.#backMs) {
      if (((tail - pane) | 0) >= this.#most) break;
      pane = (pane - 1) | 0;
    }
    return pane;
  }

  /** Where code finds the number of the oldest pane (an integer) and its time (a double, `null` of windows by count). */
  get layout(): { readonly head: number; readonly oldest: number | null } {
    return { head: this.#head.offset, oldest: this.#oldest?.offset ?? null };
  }

  /** Makes it empty. */
  reset(slot: number): void {
    this.#head.set(slot, this.ring.tail(slot));
    this.#oldest?.clear(slot);
  }

  #findOldest(slot: number): void {
    if (this.#oldest === null) return;
    const head = this.#head.get(slot);
    if (head === this.ring.tail(slot)) this.#oldest.clear(slot);
    else this.#oldest.set(slot, this.ring.times!.of(slot, head));
  }
}
