import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { cardinality, RANKS, REGISTER_BITS, REGISTERS } from "./cardinality.ts";
import { CountedIds } from "./counted-ids.ts";
import { hash, hashKey } from "./hash-value.ts";
import type { Bag, Encoder } from "./part.ts";
import { valueKey } from "./value-key.ts";

const RANK_FIELD_BITS = 6;
const RANK_MASK = 63;
const LOW_BITS = 32 - REGISTER_BITS;
/** Different codes from which on a slot has registers. */
const DENSE = 1024;

interface Registers {
  readonly ranks: Uint8Array;
  readonly histogram: Int32Array;
}

/**
 * APPROX_DISTINCT by HyperLogLog with 2^14 registers, a standard error of 0.81 %.
 *
 * A value's code is its register and rank. A slot with few codes keeps these alone. Where values leave, each code is counted, so
 * that a register can fall back to the highest rank that is still there.
 *
 *   code = register (14 bits) | rank (6 bits)
 *
 * State   8 to 22 bytes a code; from 1,024 codes on 16 KiB beside them, or instead of them where values only come.
 * Source  Flajolet, Fusy, Gandouet, Meunier 2007; Heule, Nunkesser, Hall 2013 for keeping few codes as they are.
 */
export class HyperLogLog implements Bag, Encoder {
  readonly rebuilds = true;
  readonly name = "registers";
  readonly whole = true;
  readonly #growing: boolean;
  readonly #codes = new CountedIds();
  readonly #registers: (Registers | undefined)[] = [];

  constructor(growing: boolean) {
    this.#growing = growing;
  }

  estimate(slot: number): number {
    const registers = this.#registers[slot];
    return cardinality(registers === undefined ? this.#histogram(slot) : registers.histogram);
  }

  encode(value: Value): number {
    if (value === null) return Number.NaN;
    hashKey(valueKey(value));
    const register = hash.high >>> LOW_BITS;
    const rest = (hash.high << REGISTER_BITS) >>> 0;
    const rank = rest === 0 ? LOW_BITS + Math.clz32(hash.low) + 1 : Math.clz32(rest) + 1;
    return (register << RANK_FIELD_BITS) | rank;
  }

  write(code: number, out: ByteWriter): void {
    out.uint(code);
  }

  read(input: ByteReader): number {
    return input.uint();
  }

  representative(code: number): number {
    return code;
  }

  grow(capacity: number): void {
    this.#codes.grow(capacity);
    while (this.#registers.length < capacity) this.#registers.push(undefined);
  }

  add(slot: number, code: number, times: number): void {
    const registers = this.#registers[slot];
    if (this.#growing) {
      if (registers !== undefined) raise(registers, code);
      else if (!this.#codes.has(slot, code)) this.#addNew(slot, code, 1);
    } else this.#addNew(slot, code, times);
  }

  remove(slot: number, code: number, times: number): void {
    if (!this.#codes.remove(slot, code, times)) return;
    const registers = this.#registers[slot];
    if (registers === undefined) return;
    if (8 * this.#codes.size(slot) < DENSE) this.#registers[slot] = undefined;
    else this.#lower(slot, registers, code);
  }

  reset(slot: number): void {
    this.#codes.clear(slot);
    this.#registers[slot] = undefined;
  }

  save(slot: number, out: ByteWriter): void {
    const registers = this.#registers[slot];
    out.boolean(registers !== undefined);
    if (registers !== undefined) for (const rank of registers.ranks) out.uint(rank);
    else {
      out.uint(this.#codes.size(slot));
      this.#codes.forEach(slot, (code) => out.uint(code));
    }
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    if (input.boolean()) {
      const registers = empty();
      for (let r = 0; r < REGISTERS; r++) raise(registers, (r << RANK_FIELD_BITS) | input.uint());
      this.#registers[slot] = registers;
    } else for (let n = input.uint(); n > 0; n--) this.add(slot, input.uint(), 1);
  }

  #addNew(slot: number, code: number, times: number): void {
    if (!this.#codes.add(slot, code, times)) return;
    let registers = this.#registers[slot];
    if (registers !== undefined) {
      raise(registers, code);
      return;
    }
    if (this.#codes.size(slot) < DENSE) return;
    registers = empty();
    this.#raiseAll(slot, registers);
    this.#registers[slot] = registers;
    if (this.#growing) this.#codes.clear(slot);
  }

  #raiseAll(slot: number, registers: Registers): void {
    this.#codes.forEach(slot, (code) => raise(registers, code));
  }

  /** The code has left: where it was its register's highest, the next one down that is there takes its place. */
  #lower(slot: number, registers: Registers, code: number): void {
    const register = code >>> RANK_FIELD_BITS;
    const rank = code & RANK_MASK;
    if (registers.ranks[register] !== rank) return;
    let lower = rank - 1;
    while (lower > 0 && !this.#codes.has(slot, (register << RANK_FIELD_BITS) | lower)) lower--;
    setRank(registers, register, lower);
  }

  /** Of a slot without registers. */
  #histogram(slot: number): Int32Array {
    this.#raiseAll(slot, scratch);
    const histogram = scratch.histogram.slice();
    this.#codes.forEach(slot, (code) => setRank(scratch, code >>> RANK_FIELD_BITS, 0));
    return histogram;
  }
}

function empty(): Registers {
  const histogram = new Int32Array(RANKS);
  histogram[0] = REGISTERS;
  return { ranks: new Uint8Array(REGISTERS), histogram };
}

/** Empty between two uses. */
const scratch = empty();

function raise(registers: Registers, code: number): void {
  const register = code >>> RANK_FIELD_BITS;
  const rank = code & RANK_MASK;
  if (rank > registers.ranks[register]!) setRank(registers, register, rank);
}

function setRank(registers: Registers, register: number, rank: number): void {
  registers.histogram[registers.ranks[register]!]!--;
  registers.histogram[rank]!++;
  registers.ranks[register] = rank;
}
