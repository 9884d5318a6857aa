import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";

/** What one or several aggregates keep of a window, in columns by slot and, where panes leave, by pane. */
export interface Part {
  grow(capacity: number): void;
  /** Which argument of the window it takes; `null`: none. */
  readonly arg: number | null;
  /** Takes an event in by the value of its argument; the ring is on the newest pane, which `opened` tells to be new. */
  add(slot: number, value: Value, opened: boolean): void;
  /** Whether `addNumber` may be called in place of `add`. */
  readonly takesNumbers?: boolean;
  /** As `add`, of a new pane and a number, NaN being NULL. */
  addNumber?(slot: number, x: number): void;
  /** The oldest pane is about to leave; the ring is on it. */
  leave(slot: number): void;
  /** Back to the state of an empty window; the ring still has the panes that were left. */
  reset(slot: number): void;
  save(slot: number, out: ByteWriter): void;
  /** Into an empty slot, whose ring is loaded already. */
  load(slot: number, input: ByteReader): void;
  /** In place of `load`, into a slot of whose events nothing is known: as if the argument had been NULL. */
  fill?(slot: number): void;
  /** The pieces of a part that has several; `name` is what the part is called. */
  sections?(name: string): readonly StateSection[];
}

/** A part with what tells it from others of its window. */
export interface NamedPart {
  readonly name: string;
  readonly part: Part;
}

/** A collection per slot of values that are encoded as numbers; what was added can be taken out again in any order. */
export interface Bag {
  /** The kind of bag, as far as it shows in what is saved. */
  readonly name: string;
  grow(capacity: number): void;
  add(slot: number, code: number, times: number): void;
  remove(slot: number, code: number, times: number): void;
  /** The code that stands for all that the bag cannot tell from `code`. */
  representative(code: number): number;
  reset(slot: number): void;
  /** Whether adding the same codes again gives the same bits; else its state is saved beside them. */
  readonly rebuilds: boolean;
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
}

/** Turns an argument into the number that bags take; NaN: skipped. */
export interface Encoder {
  /** Codes are whole numbers from 1 to 2^31 − 1. */
  readonly whole: boolean;
  encode(value: Value): number;
  write(code: number, out: ByteWriter): void;
  read(input: ByteReader): number;
}

/** Reads an aggregate of a slot. */
export type ReadAggregate = (slot: number) => Value;

/** How an aggregate is read: by a closure, or, the same, by a call of a method that code can be generated for. */
export interface AggregateReader {
  readonly read: ReadAggregate;
  readonly target: object;
  /** `target[method](slot, …args)` */
  readonly method: string;
  readonly args: readonly number[];
  /** Divides what the method gives; 1 where nothing does. */
  readonly divisor: number;
  /** `number`: always one. `number?`: or NULL. */
  readonly gives: "number" | "number?" | "value";
}

/** What is saved of a part, in pieces. */
export function partSections({ name, part }: NamedPart): readonly StateSection[] {
  if (part.sections !== undefined) return part.sections(name);
  return [sectionOf(name, part, { fill: (slot) => part.fill?.(slot) })];
}
