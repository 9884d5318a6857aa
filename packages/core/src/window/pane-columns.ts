import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { Encoder } from "./part.ts";
import type { ArenaColumn } from "./ring-columns.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";
import { MIXED, ValueCells } from "./value-cells.ts";

/**
 * What a ring of events keeps of each pane, for as long as the longest window that reads it. Methods without a place work on the
 * pane that the column's rings are on.
 */
export interface PaneColumn extends ArenaColumn {
  /** Tells it from other columns of its ring. */
  readonly name: string;
  /** Which argument of the ring fills it; `null` where a part does. */
  readonly arg: number | null;
  /** Bytes a pane. */
  readonly bytes: number;
  readonly readers: Set<RingView>;
  /** The rings that it lies in: known once the ring is sealed. */
  rings: SlotRings;
  put(value: Value): void;
  /** As `put`, of a number, NaN being NULL; there where that is quicker. */
  putNumber?(x: number): void;
  /** Makes the pane as if nothing were known of it. */
  clear(): void;
  /** Before the panes of a slot are saved or loaded, from the oldest on; absent where each is written on its own. */
  begin?(): void;
  save(out: ByteWriter): void;
  load(input: ByteReader): void;
}

/** Values of an argument: numbers, and others beside them where some aggregate asks for those. */
export class ArgumentColumn implements PaneColumn {
  readonly name: string;
  readonly arg: number | null;
  readonly bytes = 8;
  readonly readers: Set<RingView> = new Set();
  rings!: SlotRings;
  /** NaN where the value is no number. */
  readonly #chunks: Float64Array[] = [];
  readonly #others: (ValueCells | undefined)[] = [];
  /** Whether values that are no numbers are kept too. */
  refers = false;

  constructor(name: string, arg: number | null) {
    this.name = name;
    this.arg = arg;
  }

  setChunk(chunk: number, size: number): void {
    this.#chunks[chunk] = new Float64Array(size);
    this.#others[chunk] = undefined;
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.#chunks[toChunk]![to] = this.#chunks[fromChunk]![from]!;
    const others = this.#others[fromChunk];
    if (others === undefined || others.isNull(from)) return;
    this.#othersOf(toChunk).set(to, others.get(from));
    others.set(from, null);
  }

  forget(chunk: number, at: number): void {
    this.#others[chunk]?.set(at, null);
  }

  /** The value where it is a number, else NaN. */
  number(): number {
    return this.#chunks[this.rings.chunk]![this.rings.at]!;
  }

  value(): Value {
    const x = this.number();
    if (!Number.isNaN(x)) return x;
    const cell = this.#others[this.rings.chunk]?.get(this.rings.at) ?? null;
    return cell === MIXED ? null : cell;
  }

  put(value: Value): void {
    if (typeof value === "number") {
      this.putNumber(value);
      return;
    }
    const { chunk, at } = this.rings;
    this.#chunks[chunk]![at] = Number.NaN;
    if (value !== null && this.refers) this.#othersOf(chunk).set(at, value);
  }

  putNumber(x: number): void {
    this.#chunks[this.rings.chunk]![this.rings.at] = x;
  }

  clear(): void {
    this.put(null);
  }

  save(out: ByteWriter): void {
    out.value(this.value());
  }

  load(input: ByteReader): void {
    this.put(input.value());
  }

  #othersOf(chunk: number): ValueCells {
    return (this.#others[chunk] ??= new ValueCells(this.#chunks[chunk]!.length));
  }
}

/** Codes of an argument: whole numbers from 1 on, 0 where it has none. */
export class CodeColumn implements PaneColumn {
  readonly name: string;
  readonly arg: number;
  readonly bytes = 4;
  readonly readers: Set<RingView> = new Set();
  readonly chunks: Int32Array[] = [];
  rings!: SlotRings;
  readonly refers: boolean;
  readonly #encoder: Encoder;

  constructor(name: string, arg: number, encoder: Encoder) {
    this.name = name;
    this.arg = arg;
    this.#encoder = encoder;
    this.refers = encoder.release !== undefined;
  }

  setChunk(chunk: number, size: number): void {
    this.chunks[chunk] = new Int32Array(size);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.chunks[toChunk]![to] = this.chunks[fromChunk]![from]!;
  }

  forget(chunk: number, at: number): void {
    const code = this.chunks[chunk]![at]!;
    if (code !== 0) this.#encoder.release?.(code);
  }

  code(): number {
    return this.chunks[this.rings.chunk]![this.rings.at]!;
  }

  put(value: Value): void {
    const code = this.#encoder.encode(value);
    this.#set(Number.isNaN(code) ? 0 : code);
  }

  clear(): void {
    this.#set(0);
  }

  save(out: ByteWriter): void {
    const code = this.code();
    out.boolean(code !== 0);
    if (code !== 0) this.#encoder.write(code, out);
  }

  load(input: ByteReader): void {
    this.#set(input.boolean() ? this.#encoder.read(input) : 0);
  }

  #set(code: number): void {
    this.chunks[this.rings.chunk]![this.rings.at] = code;
    if (code !== 0) this.#encoder.hold?.(code);
  }
}

/** How many of a pane's events an argument counts: 0 or 1 of one event, any number of a slice. */
export class CountColumn implements PaneColumn {
  readonly name: string;
  readonly arg: number | null;
  readonly bytes: number;
  readonly readers: Set<RingView> = new Set();
  rings!: SlotRings;
  readonly #chunks: (Uint8Array | Int32Array)[] = [];

  /** Without `arg` a part fills it, slice by slice. */
  constructor(name: string, arg: number | null) {
    this.name = name;
    this.arg = arg;
    this.bytes = arg === null ? 4 : 1;
  }

  setChunk(chunk: number, size: number): void {
    this.#chunks[chunk] = this.arg === null ? new Int32Array(size) : new Uint8Array(size);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.#chunks[toChunk]![to] = this.#chunks[fromChunk]![from]!;
  }

  count(): number {
    return this.#chunks[this.rings.chunk]![this.rings.at]!;
  }

  set(count: number): void {
    this.#chunks[this.rings.chunk]![this.rings.at] = count;
  }

  put(value: Value): void {
    this.set(counts(value) ? 1 : 0);
  }

  clear(): void {
    this.set(0);
  }

  save(out: ByteWriter): void {
    out.uint(this.count());
  }

  load(input: ByteReader): void {
    this.set(input.uint());
  }
}

/** Whether COUNT(e) counts an event by its value of e. */
export function counts(value: Value): boolean {
  return value !== null && value !== false;
}
