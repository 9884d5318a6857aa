import type { AggregateName } from "../plan.ts";
import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { Value } from "../value.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { ConditionalCount } from "./conditional-count.ts";
import type { EventRing } from "./event-ring.ts";
import type { AggregateReader, Part } from "./part.ts";
import type { RecentArguments } from "./recent-arguments.ts";
import type { RecentSet } from "./recent-set.ts";
import type { RecentTimes } from "./recent-times.ts";
import type { RecentValues } from "./recent-values.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";
import type { StateSection } from "../snapshot/section.ts";

/** One aggregate of a window. */
export interface AggregateSpec {
  readonly fn: AggregateName;
  /** Index into `WindowSpec.args`; `null` for COUNT() and RATE(). */
  readonly arg: number | null;
  readonly distinct: boolean;
  /** Of PERCENTILE and APPROX_PERCENTILE, 0..100. */
  readonly percent: number | null;
  /** Of COUNT(DISTINCT): larger counts need not be told from this one. */
  readonly atMost?: number;
  /** Window length in seconds, of RATE. */
  readonly seconds: number | null;
}

export interface WindowSpec {
  /** `growing`: events only come, until `reset`. `sliding`: the oldest leave by time or by count. */
  readonly mode: "growing" | "sliding";
  /** PRECISION: events of one slice of this many ms, aligned to the epoch, are kept as one pane. `null`: a pane per event. */
  readonly sliceMs: number | null;
  /** So many of the newest events tell all that matters; others may be let go of. Only of windows that slide by event. */
  readonly keep?: number;
  /** Events that left may be taken back by `holdFrom` while they are at most this old. Absent: never. */
  readonly backMs?: number;
  /** Whether events leave by their count alone, so that nobody asks when they were. */
  readonly byCount?: boolean;
  /** What the aggregates read of an event; equal expressions once. */
  readonly args: readonly Evaluate[];
  /** What the arguments are, by content, for the names of sections; default: their positions. */
  readonly argNames?: readonly string[];
  readonly aggregates: readonly AggregateSpec[];
}

/** What a window is made of, for code that calls it directly; see the windows of that name for the order of calls. */
export type WindowGlue = PanedGlue | GrowingGlue | BoundedGlue;

export interface PanedGlue {
  readonly kind: "paned";
  readonly view: RingView;
  readonly ring: EventRing;
  /** Rings that parts read as a pane leaves. */
  readonly lanes: readonly SlotRings[];
  readonly parts: readonly Part[];
  readonly recents: RecentSet;
  /** Events that are kept at most. */
  readonly keep: number | null;
}

export interface GrowingGlue {
  readonly kind: "growing";
  readonly parts: readonly Part[];
  /** Counts its events. */
  readonly events: ConditionalCount;
}

export interface BoundedGlue {
  readonly kind: "bounded";
  readonly times: RecentTimes;
  readonly keep: number;
  readonly lengthMs: number;
  readonly columns: readonly RecentArguments[];
  readonly recents: readonly RecentValues[];
}

/**
 * The window of every key of a group, with its aggregates, in columns by slot.
 *
 * Time    event time, epoch ms, whole, never decreasing within a slot.
 * State   growing: O(1) per key for most aggregates. sliding: O(panes) per key, panes being events, or slices with PRECISION.
 */
export interface WindowStore {
  /** Drops the panes that begin before `bound`: afterwards the window holds events with ts >= bound (sliced: slices starting at or after it). */
  dropBefore(slot: number, bound: number): void;
  /** Makes it hold the events from `bound` on, which may bring back what left with the latest instant. */
  holdFrom(slot: number, bound: number): void;
  /** Drops the oldest events until at most `count` are left (not with slices). */
  trimTo(slot: number, count: number): void;
  /** Adds the event of `context` at time `t`; where the ring is shared it was added there. */
  add(slot: number, t: number, context: EvalContext): void;
  /** The value of an aggregate, by position in `WindowSpec.aggregates`. */
  value(slot: number, aggregate: number): Value;
  /** Events in the window, as far as they are kept: 0 only of an empty one. */
  count(slot: number): number;
  /** Time of the oldest pane (its start, with slices); `Infinity` where the window is empty, −`Infinity` where nothing ever leaves. */
  oldest(slot: number): number;
  /** Empties the window of a slot. Frees what it held: a slot that was reset costs no memory beyond its columns. */
  reset(slot: number): void;
  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void;
  /** Writes the state of one slot, so that `load` into any store of the same spec gives bit-equal values from then on. */
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
  /** The same state in pieces, of which each is found again where others changed. To be loaded in this order. */
  readonly sections: readonly StateSection[];
  /** By position in `WindowSpec.aggregates`. */
  readonly readers: readonly AggregateReader[];
  /** `null` of windows in slices. */
  readonly glue: WindowGlue | null;
}
