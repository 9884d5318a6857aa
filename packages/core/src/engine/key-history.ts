import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { PlanExpr } from "../plan.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Duration } from "../value.ts";
import { hash128 } from "./hash.ts";
import { FloatField, type Records } from "../window/records.ts";
import type { StateSection } from "../snapshot/section.ts";
import { ValueField } from "../window/value-field.ts";

/** An expression of which the values in the key's two newest events are kept. */
export interface HistoryField {
  readonly plan: PlanExpr;
  readonly before: ValueField;
  readonly newest: ValueField;
}

/** What PREV, ELAPSED and SPEED_KMH read: expressions and time of the key's newest event and of the one before. */
export class KeyHistory {
  readonly #records: Records;
  readonly #textOf: (part: unknown) => string;
  readonly #args: Evaluate[] = [];
  readonly #plans: PlanExpr[] = [];
  readonly #argIndex = new Map<string, number>();
  readonly #newest: ValueField[] = [];
  readonly #before: ValueField[] = [];
  #newestTime: FloatField | null = null;
  #beforeTime: FloatField | null = null;

  /** `textOf` gives equal texts for expressions that mean the same. */
  constructor(records: Records, textOf: (part: unknown) => string) {
    this.#records = records;
    this.#textOf = textOf;
  }

  /** Whether any rule reads it; else it keeps nothing. */
  get used(): boolean {
    return this.#newestTime !== null;
  }

  /** The value of `arg` in the key's previous event. To be called before the first event. */
  prev(plan: PlanExpr, arg: Evaluate): Evaluate {
    const before = this.#beforeOf(plan, arg);
    return (context) => before.get(context.slot);
  }

  /** Where the values of the key's newest event and of the one before are, for code that reads and writes them. */
  get fields(): readonly HistoryField[] {
    return this.#plans.map((plan, i) => ({ plan, before: this.#before[i]!, newest: this.#newest[i]! }));
  }

  /** `null` where nothing reads it. */
  get times(): { readonly newest: FloatField; readonly before: FloatField } | null {
    return this.#newestTime === null || this.#beforeTime === null
      ? null
      : { newest: this.#newestTime, before: this.#beforeTime };
  }

  fieldOf(plan: PlanExpr): HistoryField | null {
    const index = this.#argIndex.get(this.#textOf(plan));
    return index === undefined ? null : this.fields[index]!;
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

  /** What is kept of a key, by expression. To be asked for once all rules are in. */
  sections(): readonly StateSection[] {
    const newestTime = this.#newestTime;
    const beforeTime = this.#beforeTime;
    if (newestTime === null || beforeTime === null) return [];
    const times: StateSection = {
      id: "previous time",
      save: (slot, out) => {
        out.float(beforeTime.get(slot));
        out.float(newestTime.get(slot));
      },
      load: (slot, input) => {
        beforeTime.set(slot, input.float());
        newestTime.set(slot, input.float());
      },
    };
    const values = [...this.#argIndex].map(([argText, i]) => ({
      id: `previous ${hash128(argText)}`,
      save: (slot: number, out: ByteWriter) => {
        out.value(this.#before[i]!.get(slot));
        out.value(this.#newest[i]!.get(slot));
      },
      load: (slot: number, input: ByteReader) => {
        this.#before[i]!.set(slot, input.value());
        this.#newest[i]!.set(slot, input.value());
      },
    }));
    return [times, ...values];
  }

  #beforeOf(plan: PlanExpr, arg: Evaluate): ValueField {
    this.#use();
    const text = this.#textOf(plan);
    const known = this.#argIndex.get(text);
    if (known !== undefined) return this.#before[known]!;
    this.#argIndex.set(text, this.#args.push(arg) - 1);
    this.#plans.push(plan);
    this.#newest.push(new ValueField(this.#records));
    const before = new ValueField(this.#records);
    this.#before.push(before);
    return before;
  }

  #use(): void {
    this.#newestTime ??= new FloatField(this.#records, Number.NaN);
    this.#beforeTime ??= new FloatField(this.#records, Number.NaN);
  }

  #fields(): readonly ValueField[] {
    return [...this.#before, ...this.#newest];
  }
}
