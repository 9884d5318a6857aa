import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { Duration } from "../value.ts";
import { NumberColumn } from "./columns.ts";

/** What PREV, ELAPSED and SPEED_KMH read: expressions and time of the key's newest event and of the one before. */
export class KeyHistory {
  readonly #args: Evaluate[] = [];
  readonly #argIndex = new Map<string, number>();
  readonly #newest: Value[][] = [];
  readonly #before: Value[][] = [];
  readonly #newestTime = new NumberColumn(Number.NaN);
  readonly #beforeTime = new NumberColumn(Number.NaN);

  /** Whether any rule reads it; else it keeps nothing. */
  used = false;

  /** The value of `arg` in the key's previous event. To be called before the first event. */
  prev(argText: string, arg: Evaluate): Evaluate {
    this.used = true;
    const index = this.#argIndex.get(argText) ?? this.#args.push(arg) - 1;
    this.#argIndex.set(argText, index);
    this.#newest[index] ??= [];
    this.#before[index] ??= [];
    return (context) => this.#before[index]![context.slot] ?? null;
  }

  elapsed(): Evaluate {
    this.used = true;
    return (context) => {
      const ms = this.#newestTime.data[context.slot]! - this.#beforeTime.data[context.slot]!;
      return Number.isNaN(ms) ? null : new Duration(ms);
    };
  }

  add(slot: number, t: number, context: EvalContext): void {
    if (!this.used) return;
    for (let i = 0; i < this.#args.length; i++) {
      this.#before[i]![slot] = this.#newest[i]![slot] ?? null;
      this.#newest[i]![slot] = this.#args[i]!(context);
    }
    this.#beforeTime.data[slot] = this.#newestTime.data[slot]!;
    this.#newestTime.data[slot] = t;
  }

  /** Makes a slot read as another does. */
  copy(from: number, to: number): void {
    for (let i = 0; i < this.#args.length; i++) {
      this.#before[i]![to] = this.#before[i]![from] ?? null;
      this.#newest[i]![to] = this.#newest[i]![from] ?? null;
    }
    this.#newestTime.data[to] = this.#newestTime.data[from]!;
    this.#beforeTime.data[to] = this.#beforeTime.data[from]!;
  }

  grow(capacity: number): void {
    this.#newestTime.grow(capacity);
    this.#beforeTime.grow(capacity);
  }

  reset(slot: number): void {
    for (let i = 0; i < this.#args.length; i++) {
      this.#before[i]![slot] = null;
      this.#newest[i]![slot] = null;
    }
    this.#newestTime.clear(slot);
    this.#beforeTime.clear(slot);
  }

  save(slot: number, out: ByteWriter): void {
    if (!this.used) return;
    for (let i = 0; i < this.#args.length; i++) {
      out.value(this.#before[i]![slot] ?? null);
      out.value(this.#newest[i]![slot] ?? null);
    }
    out.float(this.#beforeTime.data[slot]!);
    out.float(this.#newestTime.data[slot]!);
  }

  load(slot: number, input: ByteReader): void {
    if (!this.used) return;
    for (let i = 0; i < this.#args.length; i++) {
      this.#before[i]![slot] = input.value();
      this.#newest[i]![slot] = input.value();
    }
    this.#beforeTime.data[slot] = input.float();
    this.#newestTime.data[slot] = input.float();
  }
}
