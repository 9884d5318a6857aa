import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Bag, Encoder, Part } from "./part.ts";
import { FloatColumn, IntColumn } from "./ring-columns.ts";

/** Feeds an argument to bags that only grow. */
export class GrowingInput implements Part {
  readonly arg: number;
  readonly takesNumbers: boolean;
  readonly #encoder: Encoder;
  readonly #bags: readonly Bag[];

  constructor(arg: number, encoder: Encoder, bags: readonly Bag[]) {
    this.arg = arg;
    this.#encoder = encoder;
    this.#bags = bags;
    this.takesNumbers = !encoder.whole;
  }

  grow(capacity: number): void {
    for (const bag of this.#bags) bag.grow(capacity);
  }

  add(slot: number, value: Value): void {
    const code = this.#encoder.encode(value);
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.add(slot, code, 1);
  }

  addNumber(slot: number, x: number): void {
    // −0 is 0.
    if (!Number.isNaN(x)) for (const bag of this.#bags) bag.add(slot, x + 0, 1);
  }

  leave(_slot: number): void {
    // Events only come.
  }

  reset(slot: number): void {
    for (const bag of this.#bags) bag.reset(slot);
  }

  save(slot: number, out: ByteWriter): void {
    for (const bag of this.#bags) bag.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    for (const bag of this.#bags) bag.load(slot, input);
  }

  sections(name: string): readonly StateSection[] {
    return this.#bags.map((bag) => sectionOf(`${name} ${bag.name}`, bag));
  }
}

/** Feeds an argument to bags and keeps its code of each event, once for all of them, to take it out again. */
export class EventInput implements Part {
  readonly arg: number;
  readonly takesNumbers: boolean;
  readonly #encoder: Encoder;
  readonly #bags: readonly Bag[];
  readonly #ring: EventRing;
  readonly #codes: FloatColumn | IntColumn;

  constructor(arg: number, encoder: Encoder, bags: readonly Bag[], ring: EventRing) {
    this.arg = arg;
    this.#encoder = encoder;
    this.#bags = bags;
    this.takesNumbers = !encoder.whole;
    this.#ring = ring;
    this.#codes = encoder.whole ? new IntColumn() : new FloatColumn();
    ring.addColumn(this.#codes);
  }

  grow(capacity: number): void {
    for (const bag of this.#bags) bag.grow(capacity);
  }

  add(slot: number, value: Value): void {
    const code = this.#encoder.encode(value);
    this.#codes.chunks[this.#ring.chunk]![this.#ring.at] = code;
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.add(slot, code, 1);
  }

  addNumber(slot: number, x: number): void {
    const code = x + 0;
    this.#codes.chunks[this.#ring.chunk]![this.#ring.at] = code;
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.add(slot, code, 1);
  }

  leave(slot: number): void {
    const code = this.#codeHere();
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.remove(slot, code, 1);
  }

  reset(slot: number): void {
    for (const bag of this.#bags) bag.reset(slot);
  }

  save(slot: number, out: ByteWriter): void {
    this.#saveCodes(slot, out);
    for (const bag of this.#bags) if (!bag.rebuilds) bag.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    this.#loadCodes(slot, input);
    for (const bag of this.#bags) {
      if (bag.rebuilds) this.#rebuild(slot, bag);
      else bag.load(slot, input);
    }
  }

  /** The codes, then the bags: one that was not there is made from the codes. */
  sections(name: string): readonly StateSection[] {
    return [
      {
        id: name,
        save: (slot, out) => this.#saveCodes(slot, out),
        load: (slot, input) => this.#loadCodes(slot, input),
        fill: (slot) => this.#clearCodes(slot),
      },
      ...this.#bags
        .filter((bag) => !bag.rebuilds)
        .map((bag) => sectionOf(`${name} ${bag.name}`, bag, { fill: (slot: number) => this.#rebuild(slot, bag) })),
      ...this.#bags
        .filter((bag) => bag.rebuilds)
        .map((bag) => ({
          id: `${name} ${bag.name}`,
          save: () => {},
          load: (slot: number) => this.#rebuild(slot, bag),
          fill: (slot: number) => this.#rebuild(slot, bag),
        })),
    ];
  }

  #saveCodes(slot: number, out: ByteWriter): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      const code = this.#codeHere();
      out.boolean(!Number.isNaN(code));
      if (!Number.isNaN(code)) this.#encoder.write(code, out);
    }
  }

  #loadCodes(slot: number, input: ByteReader): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      const code = input.boolean() ? this.#encoder.read(input) : Number.NaN;
      ring.seek(slot, pane);
      this.#codes.chunks[ring.chunk]![ring.at] = code;
    }
  }

  #rebuild(slot: number, bag: Bag): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      const code = this.#codeHere();
      if (!Number.isNaN(code)) bag.add(slot, code, 1);
    }
  }

  #clearCodes(slot: number): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#codes.chunks[ring.chunk]![ring.at] = Number.NaN;
    }
  }

  /** A column of whole codes has 0 for NaN. */
  #codeHere(): number {
    const code = this.#codes.chunks[this.#ring.chunk]![this.#ring.at]!;
    return code === 0 && this.#encoder.whole ? Number.NaN : code;
  }
}
