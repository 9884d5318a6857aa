import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { PlanExpr } from "../plan.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import { Duration } from "../value.ts";
import { FloatField, Records } from "../window/records.ts";
import { ValueField } from "../window/value-field.ts";
import { hash128 } from "./hash.ts";

/** An expression of which the values in the key's two newest events are known. */
export interface HistoryField {
  readonly plan: PlanExpr;
  readonly before: ValueField;
  readonly newest: ValueField;
}

interface Argument {
  readonly plan: PlanExpr;
  readonly text: string;
  readonly evaluate: Evaluate;
}

/**
 * What PREV, ELAPSED and SPEED_KMH read: expressions and time of the key's newest event and of the one before.
 *
 * State   the newest event; of the one before only where some rule reads it later than at the event itself, else one for all keys.
 */
export class KeyHistory {
  readonly #records: Records;
  readonly #newestTime: FloatField;
  readonly #textOf: (part: unknown) => string;
  readonly #arguments: Argument[] = [];
  #used = false;
  #keepsBefore = false;
  #fields: HistoryField[] = [];
  #beforeTime: FloatField | null = null;
  #passing: Float64Array | null = null;

  /** `newestTime` is when a key's newest event was; `textOf` gives equal texts for expressions that mean the same. */
  constructor(records: Records, newestTime: FloatField, textOf: (part: unknown) => string) {
    this.#records = records;
    this.#newestTime = newestTime;
    this.#textOf = textOf;
  }

  /** Whether any rule reads it; else it keeps nothing. */
  get used(): boolean {
    return this.#used;
  }

  /** Whether the event before the newest is known later than at the newest itself. */
  get keepsBefore(): boolean {
    return this.#keepsBefore;
  }

  /** Some rule that reads it is looked at without an event. Before `seal`. */
  readLater(): void {
    this.#keepsBefore = true;
  }

  /** Takes its place in the records: all rules are in. */
  seal(): void {
    if (!this.#used) return;
    let records = this.#records;
    if (!this.#keepsBefore) records = new Records();
    this.#beforeTime = new FloatField(records, Number.NaN);
    this.#fields = this.#arguments.map(({ plan }) => ({
      plan,
      before: new ValueField(records),
      newest: new ValueField(this.#records),
    }));
    if (this.#keepsBefore) return;
    records.grow(1);
    this.#passing = records.floats[0]!;
  }

  /** Where the numbers of the event before are, where there is one for all keys; else `null`: they are in the record of the key. */
  get passing(): Float64Array | null {
    return this.#passing;
  }

  /** The value of `arg` in the key's previous event. Before `seal`. */
  prev(plan: PlanExpr, arg: Evaluate): Evaluate {
    this.#used = true;
    const text = this.#textOf(plan);
    let index = this.#arguments.findIndex((known) => known.text === text);
    if (index === -1) index = this.#arguments.push({ plan, text, evaluate: arg }) - 1;
    return (context) => this.#fields[index]!.before.get(this.beforeSlot(context.slot));
  }

  /** Where the values of the key's newest event and of the one before are, for code that reads and writes them. */
  get fields(): readonly HistoryField[] {
    return this.#fields;
  }

  /** `null` where nothing reads it. */
  get times(): { readonly newest: FloatField; readonly before: FloatField } | null {
    return this.#beforeTime === null ? null : { newest: this.#newestTime, before: this.#beforeTime };
  }

  fieldOf(plan: PlanExpr): HistoryField | null {
    const text = this.#textOf(plan);
    return this.#fields[this.#arguments.findIndex((known) => known.text === text)] ?? null;
  }

  /** Where the event before a key's newest is. */
  beforeSlot(slot: number): number {
    return this.#keepsBefore ? slot : 0;
  }

  elapsed(): Evaluate {
    this.#used = true;
    return (context) => {
      const ms = this.elapsedMs(context.slot);
      return Number.isNaN(ms) ? null : new Duration(ms);
    };
  }

  /** Time from the key's event before to its newest; NaN where there are not two. */
  elapsedMs(slot: number): number {
    const ms = this.#newestTime.get(slot) - this.#beforeTime!.get(this.beforeSlot(slot));
    return ms - ms === 0 ? ms : Number.NaN;
  }

  /** Takes in the event of the context; the time of the newest is still that of the one before. */
  add(slot: number, context: EvalContext): void {
    if (this.#beforeTime === null) return;
    const before = this.beforeSlot(slot);
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i]!;
      field.before.copyFrom(field.newest, slot, before);
      field.newest.set(slot, this.#arguments[i]!.evaluate(context));
    }
    this.#beforeTime.set(before, this.#newestTime.get(slot));
  }

  reset(slot: number): void {
    for (const { newest, before } of this.#fields) {
      newest.set(slot, null);
      if (this.#keepsBefore) before.set(slot, null);
    }
    if (this.#keepsBefore) this.#beforeTime?.clear(slot);
  }

  /** What is kept of a key, by expression. Once it is sealed. */
  sections(): readonly StateSection[] {
    const beforeTime = this.#beforeTime;
    const newest = this.#fields.map(({ newest: field }, i) => this.#section("newest", i, field));
    if (beforeTime === null || !this.#keepsBefore) return newest;
    return [
      sectionOf("previous time", beforeTime),
      ...newest,
      ...this.#fields.map(({ before }, i) => this.#section("previous", i, before)),
    ];
  }

  #section(kind: string, index: number, field: ValueField): StateSection {
    return sectionOf(`${kind} ${hash128(this.#arguments[index]!.text)}`, field);
  }
}
