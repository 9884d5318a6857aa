import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { ConditionalCount } from "./conditional-count.ts";
import type { StateSection } from "../snapshot/section.ts";
import { type NamedPart, type Part, partSections, type AggregateReader } from "./part.ts";
import type { Records } from "./records.ts";
import type { WindowGlue, WindowStore } from "./window-store.ts";

/** Windows that events only come into, until they are reset. */
export class GrowingWindow implements WindowStore {
  readonly #args: readonly Evaluate[];
  readonly #values: Value[];
  readonly #parts: readonly Part[];
  readonly #events: ConditionalCount;
  readonly readers: readonly AggregateReader[];
  readonly sections: readonly StateSection[];
  readonly glue: WindowGlue | null;
  readonly #records: Records;

  /** `parts` has `events` among them, which counts all events. */
  constructor(
    args: readonly Evaluate[],
    parts: readonly NamedPart[],
    events: ConditionalCount,
    readers: readonly AggregateReader[],
    records: Records,
  ) {
    this.#records = records;
    this.#args = args;
    this.#values = args.map(() => null);
    this.#parts = parts.map(({ part }) => part);
    this.#events = events;
    this.readers = readers;
    this.glue = { kind: "growing", parts: this.#parts, events };
    this.sections = parts.flatMap(partSections);
  }

  dropBefore(_slot: number, _bound: number): void {
    // Nothing leaves a growing window.
  }

  holdFrom(_slot: number, _bound: number): void {
    // Nothing leaves a growing window.
  }

  trimTo(_slot: number, _count: number): void {
    // Nothing leaves a growing window.
  }

  add(slot: number, _t: number, context: EvalContext): void {
    for (let i = 0; i < this.#args.length; i++) this.#values[i] = this.#args[i]!(context);
    for (const part of this.#parts) part.add(slot, part.arg === null ? null : this.#values[part.arg]!, true);
  }

  value(slot: number, aggregate: number): Value {
    return this.readers[aggregate]!.read(slot);
  }

  count(slot: number): number {
    return this.#events.value(slot);
  }

  oldest(slot: number): number {
    return this.#events.value(slot) === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  reset(slot: number): void {
    for (const part of this.#parts) part.reset(slot);
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
    for (const part of this.#parts) part.grow(capacity);
  }

  save(slot: number, out: ByteWriter): void {
    for (const section of this.sections) section.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (const section of this.sections) section.load(slot, input);
  }
}
