import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import { createWindowStore } from "./create-window-store.ts";
import type { AggregateReader } from "./part.ts";
import { RecentArguments } from "./recent-arguments.ts";
import type { RecentTimes } from "./recent-times.ts";
import { RecentValues } from "./recent-values.ts";
import type { Records } from "./records.ts";
import type { AggregateSpec, BoundedGlue, WindowSpec, WindowStore } from "./window-store.ts";

/** Where the events of a window are folded when an aggregate of them is asked for. */
const FOLDED = 1;

/**
 * A window by time of which only counts matter, up to a bound: the newest events of the group's `RecentTimes` that lie at or after
 * the bound that was last looked at, and the most recent values of COUNT(DISTINCT e).
 *
 * Any other aggregate is folded from the few events there are when an alert asks for it.
 *
 * Time    `dropBefore` sets the bound for all slots: a slot is looked at right after.
 */
export class BoundedWindow implements WindowStore {
  readonly readers: readonly AggregateReader[];
  readonly sections: readonly StateSection[];
  readonly glue: BoundedGlue;
  readonly #times: RecentTimes;
  readonly #keep: number;
  readonly #lengthMs: number;
  readonly #args: readonly Evaluate[];
  readonly #arguments: RecentArguments[] = [];
  readonly #recents: RecentValues[] = [];
  readonly #folded: WindowStore;
  readonly #foldedArgs: Value[];
  #bound = -Infinity;

  /** `times` are pushed to by the group, before events are added here. */
  constructor(spec: WindowSpec, keep: number, lengthMs: number, times: RecentTimes, records: Records) {
    this.#times = times;
    this.#keep = keep;
    this.#lengthMs = lengthMs;
    this.#args = spec.args;
    this.#foldedArgs = spec.args.map(() => null);
    this.#folded = createWindowStore({ ...spec, args: spec.args.map((_, i) => () => this.#foldedArgs[i]!) });
    this.#folded.grow(FOLDED + 1);
    this.readers = spec.aggregates.map((aggregate, index) => this.#reader(aggregate, index, records));
    const nameOf = (arg: number): string => spec.argNames?.[arg] ?? String(arg);
    this.sections = [
      ...this.#arguments.map((column) => sectionOf(`arguments ${nameOf(column.arg)}`, column)),
      ...this.#recents.map((recent) => sectionOf(`recent ${nameOf(recent.arg)}`, recent)),
    ];
    this.glue = {
      kind: "bounded",
      times,
      keep,
      lengthMs,
      columns: this.#arguments,
      recents: this.#recents,
    };
  }

  dropBefore(_slot: number, bound: number): void {
    this.#bound = bound;
  }

  holdFrom(_slot: number, bound: number): void {
    this.#bound = bound;
  }

  trimTo(): void {
    // Only windows by count are trimmed.
  }

  add(slot: number, t: number, context: EvalContext): void {
    for (const column of this.#arguments) column.add(slot, this.#args[column.arg]!(context));
    for (const recent of this.#recents) {
      recent.dropBefore(slot, t - this.#lengthMs);
      recent.add(slot, this.#args[recent.arg]!(context), t);
    }
  }

  value(slot: number, aggregate: number): Value {
    return this.readers[aggregate]!.read(slot);
  }

  count(slot: number): number {
    return this.#times.count(slot, this.#keep, this.#bound);
  }

  /** Different values of a COUNT(DISTINCT e). */
  values(slot: number, recent: number): number {
    return this.#recents[recent]!.countSince(slot, this.#bound);
  }

  /** An aggregate of the events of the window. */
  fold(slot: number, aggregate: number): Value {
    const folded = this.#folded;
    folded.reset(FOLDED);
    for (let n = this.count(slot); n > 0; n--) {
      for (const column of this.#arguments) this.#foldedArgs[column.arg] = column.value(slot, n);
      // Its arguments need no context.
      folded.add(FOLDED, this.#times.time(slot, n), noContext);
    }
    return folded.value(FOLDED, aggregate);
  }

  oldest(slot: number): number {
    const count = this.count(slot);
    return count === 0 ? Number.POSITIVE_INFINITY : this.#times.time(slot, count);
  }

  reset(slot: number): void {
    for (const column of this.#arguments) column.reset(slot);
    for (const recent of this.#recents) recent.reset(slot);
  }

  grow(): void {
    // All it keeps lies in the records of the group.
  }

  save(slot: number, out: ByteWriter): void {
    for (const section of this.sections) section.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (const section of this.sections) section.load(slot, input);
  }

  #reader({ fn, arg, distinct, atMost }: AggregateSpec, index: number, records: Records): AggregateReader {
    if (fn === "COUNT" && arg === null) return this.#call("count", (slot) => this.count(slot));
    if (fn === "COUNT" && distinct && atMost !== undefined) {
      let at = this.#recents.findIndex((recent) => recent.arg === arg);
      if (at === -1) at = this.#recents.push(new RecentValues(arg!, atMost, records, this.#times.newest)) - 1;
      return this.#call("values", (slot) => this.values(slot, at), at);
    }
    if (arg !== null && this.#arguments.every((column) => column.arg !== arg)) {
      this.#arguments.push(new RecentArguments(arg, this.#keep, this.#times, records));
    }
    return { ...this.#call("fold", (slot) => this.fold(slot, index), index), gives: "value" };
  }

  #call(method: string, read: AggregateReader["read"], ...args: readonly number[]): AggregateReader {
    return { read, target: this, method, args, divisor: 1, gives: "number" };
  }
}

const noContext: EvalContext = { row: null, slot: FOLDED, key: [], current: false };
