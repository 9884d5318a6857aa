import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { type SavedPart, sectionOf, type StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import type { PaneColumn } from "./pane-columns.ts";

/** What one or several aggregates keep of a window, in columns by slot and, where panes leave, by pane. */
export interface Part {
  grow(capacity: number): void;
  /** Which argument it takes, of the window or, where there is one, of its ring; `null`: none. */
  readonly arg: number | null;
  /** Of panes: `leave` and `rejoin` read it. */
  readonly column?: PaneColumn;
  /** Takes an event in by the value of its argument; columns are on the newest pane, which `opened` tells to be new. */
  add(slot: number, value: Value, opened: boolean): void;
  /** Whether `addNumber` may be called in place of `add`. */
  readonly takesNumbers?: boolean;
  /** As `add`, of a new pane and a number, NaN being NULL. */
  addNumber?(slot: number, x: number): void;
  /** The oldest pane is about to leave; its column is on it. */
  leave(slot: number): void;
  /** The pane that left last is back as the oldest; its column is on it. Of parts of panes. */
  rejoin?(slot: number): void;
  /** Back to the state of an empty window. */
  reset(slot: number): void;
  /** What is not told by the columns. */
  readonly stored?: readonly StoredState[];
}

/** A part with what tells it from others of its window. */
export interface NamedPart {
  readonly name: string;
  readonly part: Part;
}

/** State of a part that is saved. Panes are in the window already when it is loaded. */
export interface StoredState extends SavedPart {
  /** Tells it from others of the part. */
  readonly name: string;
  /** In place of `load`, where nothing was saved. */
  fill?(slot: number): void;
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
  /** Of codes that are given anew once nobody holds them: a pane does. */
  hold?(code: number): void;
  release?(code: number): void;
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
  return (part.stored ?? []).map((state) =>
    sectionOf(state.name === "" ? name : `${name} ${state.name}`, state, { fill: (slot) => state.fill?.(slot) }),
  );
}
