import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Duration } from "../value.ts";
import { FloatField, type Records } from "../window/records.ts";
import { ValueField } from "../window/value-field.ts";

/** What PREV, ELAPSED and SPEED_KMH read: expressions and time of the key's newest event and of the one before. */
export class KeyHistory {
  readonly #records: Records;
  readonly #args: Evaluate[] = [];
  readonly #argIndex = new Map<string, number>();
  readonly #newest: ValueField[] = [];
  readonly #before: ValueField[] = [];
  #newestTime: FloatField | null = null;
  #beforeTime: FloatField | null = null;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Whether any rule reads it; else it keeps nothing. */
  get used(): boolean {
    return this.#newestTime !== null;
  }

  /** The value of `arg` in the key's previous event. To be called before the first event. */
  prev(argText: string, arg: Evaluate): Evaluate {
    const before = this.prevField(argText, arg);
    return (context) => before.get(context.slot);
  }

  /** Where the value of `arg` in the key's previous event is. */
  prevField(argText: string, arg: Evaluate): ValueField {
    this.#use();
    const known = this.#argIndex.get(argText);
    if (known !== undefined) return this.#before[known]!;
    this.#argIndex.set(argText, this.#args.push(arg) - 1);
    this.#newest.push(new ValueField(this.#records));
    const before = new ValueField(this.#records);
    this.#before.push(before);
    return before;
  }

  elapsed(): Evaluate {
    this.#use();
    return (context) => {
      const ms = this.elapsedMs(context.slot);
      return Number.isNaN(ms) ? null : new Duration(ms);
    };
  }

  /** Time from the key's event before to its newest; NaN where there are not two. */
  elapsedMs(slot: number): number {
    return this.#newestTime!.get(slot) - this.#beforeTime!.get(slot);
  }

  add(slot: number, t: number, context: EvalContext): void {
    if (this.#newestTime === null) return;
    for (let i = 0; i < this.#args.length; i++) {
      const newest = this.#newest[i]!;
      this.#before[i]!.copyFrom(newest, slot, slot);
      newest.set(slot, this.#args[i]!(context));
    }
    this.#beforeTime!.set(slot, this.#newestTime.get(slot));
    this.#newestTime.set(slot, t);
  }

  /** Makes a slot read as another does. */
  copy(from: number, to: number): void {
    if (this.#newestTime === null) return;
    for (const field of this.#fields()) field.copyFrom(field, from, to);
    this.#newestTime.set(to, this.#newestTime.get(from));
    this.#beforeTime!.set(to, this.#beforeTime!.get(from));
  }

  reset(slot: number): void {
    if (this.#newestTime === null) return;
    for (const field of this.#fields()) field.set(slot, null);
    this.#newestTime.clear(slot);
    this.#beforeTime!.clear(slot);
  }

  save(slot: number, out: ByteWriter): void {
    if (this.#newestTime === null) return;
    for (const field of this.#fields()) out.value(field.get(slot));
    out.float(this.#beforeTime!.get(slot));
    out.float(this.#newestTime.get(slot));
  }

  load(slot: number, input: ByteReader): void {
    if (this.#newestTime === null) return;
    for (const field of this.#fields()) field.set(slot, input.value());
    this.#beforeTime!.set(slot, input.float());
    this.#newestTime.set(slot, input.float());
  }

  #use(): void {
    this.#newestTime ??= new FloatField(this.#records, Number.NaN);
    this.#beforeTime ??= new FloatField(this.#records, Number.NaN);
  }

  #fields(): readonly ValueField[] {
    return [...this.#before, ...this.#newest];
  }
}
