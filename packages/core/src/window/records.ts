import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";

export const CHUNK_BITS = 10;
const CHUNK_SLOTS: number = 1 << CHUNK_BITS;
export const CHUNK_MASK: number = CHUNK_SLOTS - 1;
/** Slots of the first chunk to begin with: engines of many groups have few keys in most. */
const FIRST_SLOTS = 16;

/**
 * What operators keep of a slot, side by side in one record, so that an event touches few lines of memory whatever the number of
 * rules.
 *
 *   floats[slot >> 10][(slot & 1023) * stride + offset]        the same memory as pairs of 32-bit integers in `ints`
 *
 * Fields are declared before the first `grow`; records come in chunks of 1,024, which never move once they are full size.
 *
 * State   8 bytes a word of every slot that has a record: of all below the capacity asked for, or, where records are made by need, up
 *         to the end of the chunk of the highest slot.
 */
export class Records {
  readonly floats: Float64Array[] = [];
  readonly ints: Int32Array[] = [];
  /** 8-byte words of a record. */
  stride = 0;
  readonly #empty: { readonly at: number; readonly value: number; readonly float: boolean }[] = [];
  /** Halves of words that nothing is in yet. */
  readonly #spareInts: number[] = [];
  readonly #byNeed: boolean;
  #template = new Float64Array(0);
  #capacity = 0;

  /** `byNeed`: room beyond the first chunk is made by `need`, and not by `grow`, which those call who grow in larger steps. */
  constructor(byNeed = false) {
    this.#byNeed = byNeed;
  }

  /** Slots that have a record. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Words for `count` numbers beside each other; the offset of the first. */
  floatField(count: number, empty: number): number {
    const at = this.#take(count);
    for (let i = 0; i < count; i++) this.#empty.push({ at: at + i, value: empty, float: true });
    return at;
  }

  /** Half a word for an integer; its offset in `ints`. */
  intField(empty: number): number {
    const at = this.#spareInts.pop() ?? this.intFields(1);
    this.#empty.push({ at, value: empty, float: false });
    return at;
  }

  /** `count` integers beside each other, 0 at first; the offset of the first in `ints`. */
  intFields(count: number): number {
    const at = 2 * this.#take(Math.ceil(count / 2));
    if (count % 2 === 1) this.#spareInts.push(at + count);
    return at;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#grow(this.#byNeed ? Math.min(capacity, CHUNK_SLOTS) : capacity);
  }

  /** Makes room for a slot. */
  need(slot: number): void {
    if (slot >= this.#capacity) this.#grow(slot + 1);
  }

  /** Gives the memory of chunks back that hold no slot below `capacity`, but for the first one. */
  shrink(capacity: number): void {
    const chunks = Math.max(1, Math.ceil(capacity / CHUNK_SLOTS));
    if (chunks >= this.floats.length) return;
    this.floats.length = chunks;
    this.ints.length = chunks;
    this.#capacity = chunks * CHUNK_SLOTS;
  }

  /** Makes a record as if it had never been written. */
  clear(slot: number): void {
    this.floats[slot >>> CHUNK_BITS]!.set(this.#template, (slot & CHUNK_MASK) * this.stride);
  }

  #grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    if (this.#capacity === 0) this.#makeTemplate();
    if (this.#capacity < CHUNK_SLOTS) {
      const slots = Math.min(CHUNK_SLOTS, Math.max(capacity, FIRST_SLOTS));
      const old = this.floats[0];
      this.#setChunk(0, slots);
      if (old !== undefined) this.floats[0]!.set(old);
      this.#capacity = slots;
    }
    while (this.#capacity < capacity) {
      this.#setChunk(this.#capacity >>> CHUNK_BITS, CHUNK_SLOTS);
      this.#capacity += CHUNK_SLOTS;
    }
  }

  #take(words: number): number {
    if (this.#capacity > 0) throw new Error("a field was declared after the first record was made");
    const at = this.stride;
    this.stride += words;
    return at;
  }

  #makeTemplate(): void {
    this.#template = new Float64Array(this.stride);
    const ints = new Int32Array(this.#template.buffer);
    for (const { at, value, float } of this.#empty) {
      if (float) this.#template[at] = value;
      else ints[at] = value;
    }
  }

  #setChunk(chunk: number, slots: number): void {
    const floats = new Float64Array(slots * this.stride);
    if (this.#template.some((word) => !Object.is(word, 0))) {
      floats.set(this.#template);
      // What was filled is copied behind itself: a few long copies, however small a record is.
      for (let filled = this.stride; filled < floats.length; filled *= 2) floats.copyWithin(filled, 0, filled);
    }
    this.floats[chunk] = floats;
    this.ints[chunk] = new Int32Array(floats.buffer);
  }
}

/** A number per slot. */
export class FloatField {
  readonly #records: Records;
  readonly #offset: number;
  readonly #empty: number;

  /** Where code finds it among the floats of a record. */
  get offset(): number {
    return this.#offset;
  }

  constructor(records: Records, empty: number) {
    this.#records = records;
    this.#offset = records.floatField(1, empty);
    this.#empty = empty;
  }

  get(slot: number): number {
    const records = this.#records;
    return records.floats[slot >>> CHUNK_BITS]![(slot & CHUNK_MASK) * records.stride + this.#offset]!;
  }

  set(slot: number, x: number): void {
    const records = this.#records;
    records.floats[slot >>> CHUNK_BITS]![(slot & CHUNK_MASK) * records.stride + this.#offset] = x;
  }

  clear(slot: number): void {
    this.set(slot, this.#empty);
  }

  save(slot: number, out: ByteWriter): void {
    out.float(this.get(slot));
  }

  load(slot: number, input: ByteReader): void {
    this.set(slot, input.float());
  }
}

/** A 32-bit integer per slot. */
export class IntField {
  readonly #records: Records;
  readonly #offset: number;

  /** Where code finds it among the integers of a record. */
  get offset(): number {
    return this.#offset;
  }

  constructor(records: Records, empty: number) {
    this.#records = records;
    this.#offset = records.intField(empty);
  }

  get(slot: number): number {
    const records = this.#records;
    return records.ints[slot >>> CHUNK_BITS]![(slot & CHUNK_MASK) * 2 * records.stride + this.#offset]!;
  }

  set(slot: number, n: number): void {
    const records = this.#records;
    records.ints[slot >>> CHUNK_BITS]![(slot & CHUNK_MASK) * 2 * records.stride + this.#offset] = n;
  }
}

/** Some numbers beside each other per slot, for those that work on the array itself. */
export class FloatsField {
  readonly #records: Records;
  readonly #offset: number;

  constructor(records: Records, count: number) {
    this.#records = records;
    this.#offset = records.floatField(count, 0);
  }

  /** The array that holds the numbers of a slot, from `at(slot)` on. */
  array(slot: number): Float64Array {
    return this.#records.floats[slot >>> CHUNK_BITS]!;
  }

  at(slot: number): number {
    return (slot & CHUNK_MASK) * this.#records.stride + this.#offset;
  }
}
