import type { Evaluate, EvalContext } from "../evaluate.ts";
import type { AggregatePlan, PlanExpr } from "../plan.ts";
import type { Value } from "../value.ts";
import { sectionOf, type StateSection } from "../snapshot/section.ts";
import { BoundedWindow } from "../window/bounded-window.ts";
import { createWindowStore } from "../window/create-window-store.ts";
import type { EventRing } from "../window/event-ring.ts";
import type { AggregateReader } from "../window/part.ts";
import { hash128 } from "./hash.ts";
import { RecentTimes } from "../window/recent-times.ts";
import { FloatField, type Records } from "../window/records.ts";
import type { AggregateSpec, WindowSpec, WindowStore } from "../window/window-store.ts";

/** Which events a window holds; lengths in milliseconds. */
export type WindowShape =
  | { readonly kind: "within"; readonly lengthMs: number; readonly precisionMs: number | null }
  | { readonly kind: "last"; readonly count: number }
  /** Of one rule alone, which drops what has left and empties it: windows by the clock and sessions. */
  | {
      readonly kind: "owned";
      readonly mode: "growing" | "sliding";
      /** Names the rule by its content. */
      readonly owner: string;
      readonly lengthMs: number | null;
    }
  | { readonly kind: "all" };

/** How a rule reads an aggregate. */
export interface AggregateUse {
  readonly window: GroupWindow;
  /** Position among the aggregates of the window. */
  readonly index: number;
  /** Position among its values before the current event; `null` where the current event counts. */
  readonly prior: number | null;
  readonly evaluate: Evaluate;
}

/**
 * One window of a group with the aggregates that its rules read from it: equal windows and aggregates of different rules are one.
 *
 * Two boundary rules: after `add(t)` a sliding window holds (t − d, t]; `lookBefore(t)` leaves [t − d, t) and what came at t.
 */
export class GroupWindow {
  readonly shape: WindowShape;
  readonly #args: Evaluate[] = [];
  readonly #argIndex = new Map<string, number>();
  readonly #aggregates: AggregateSpec[] = [];
  readonly #aggregateIndex = new Map<string, number>();
  readonly #plans: PlanExpr[] = [];
  readonly #priorUsed: number[] = [];
  /** What aggregates were just before the current event, by their position: numbers with NaN for NULL, or any values. */
  priorNumbers: Float64Array = new Float64Array(0);
  readonly priorValues: Value[] = [];
  /** Whether code keeps them before it comes to this window. */
  priorsAreKept = false;
  readonly #records: Records;
  #store: WindowStore | null = null;
  #keep: number | null = 0;
  /** By aggregate: up to which count it has to be told apart; `null`: exactly. */
  readonly #atMost = new Map<number, number | null>();
  /** Kept where some rule asks. */
  #leftAt: FloatField | null = null;
  /** Of a sliding WITHIN; else `slides` is false and both are unused. */
  readonly slides: boolean;
  /** Whether events are dropped from it one by one; of bounded windows they just lie below the bound. */
  leaves = false;
  readonly #lengthMs: number;
  readonly #precisionMs: number | null;
  /** Of LAST n EVENTS: how many are left before an event is added; else `null`. */
  readonly #keeps: number | null;

  readonly #textOf: (part: unknown) => string;

  /** `records` are those of the group; `textOf` gives equal texts for parts of a plan that mean the same. */
  constructor(shape: WindowShape, records: Records, textOf: (part: unknown) => string) {
    this.#records = records;
    this.#textOf = textOf;
    this.shape = shape;
    this.slides = shape.kind === "within";
    this.#lengthMs = shape.kind === "within" ? shape.lengthMs : 0;
    this.#precisionMs = shape.kind === "within" ? shape.precisionMs : null;
    this.#keeps = shape.kind === "last" ? shape.count - 1 : null;
  }

  get aggregates(): readonly AggregateSpec[] {
    return this.#aggregates;
  }

  get store(): WindowStore {
    if (this.#store === null) throw new Error("the store of a window is made by `seal`");
    return this.#store;
  }

  /** A rule needs so many of the newest events, or all (`null`). To be called before `seal`, for every rule that reads the window. */
  need(events: number | null): void {
    this.#keep = this.#keep === null || events === null ? null : Math.max(this.#keep, events);
  }

  /** Events that are kept at most; `null`: all of the window. */
  get keep(): number | null {
    return this.#keep === 0 ? null : this.#keep;
  }

  /** Whether it is a part of the newest events of the group, of which only so many are ever kept. */
  get isBounded(): boolean {
    return (
      this.slides &&
      this.#precisionMs === null &&
      this.keep !== null &&
      this.#leftAt === null &&
      RecentTimes.fits(this.keep, this.#lengthMs)
    );
  }

  /** Says what it needs of the newest events, where it is bounded. */
  askOf(times: RecentTimes): void {
    times.need(this.keep!, this.#lengthMs);
  }

  /** Whether it holds each of its events, in the ring that all such windows of the group read. */
  get readsRing(): boolean {
    return this.#mode === "sliding" && this.#precisionMs === null && !this.isBounded;
  }

  /** Makes the store: all that is read of the window is known. `times` are those of bounded windows, `ring` that of whole ones. */
  seal(times: RecentTimes | null, ring: EventRing | null): void {
    const spec: WindowSpec = {
      mode: this.#mode,
      sliceMs: this.#precisionMs,
      args: this.#args,
      argNames: this.argNames,
      aggregates: this.#aggregates.map((aggregate, i) => {
        const atMost = this.#atMost.get(i) ?? null;
        return atMost === null ? aggregate : { ...aggregate, atMost };
      }),
      byCount: this.shape.kind === "last",
      ...(this.slides ? { backMs: this.#lengthMs } : {}),
      ...(this.keep === null ? {} : { keep: this.keep }),
    };
    this.#store =
      times !== null && this.isBounded
        ? new BoundedWindow(spec, this.keep!, this.#lengthMs, times, this.#records)
        : createWindowStore(spec, this.#records, this.readsRing ? ring : null);
    this.leaves = this.slides && !(this.#store instanceof BoundedWindow);
    this.priorNumbers = new Float64Array(this.#priorUsed.length);
    for (const _ of this.#priorUsed) this.priorValues.push(null);
  }

  /** Keeps when an event last left. To be called before `seal`. */
  trackLeaving(records: Records): void {
    this.#leftAt ??= new FloatField(records, Number.NaN);
  }

  /** When an event last left the window of a slot, at age d: what was dropped can no longer tell. */
  leftAt(slot: number): number {
    return this.#leftAt?.get(slot) ?? Number.NaN;
  }

  /** The reader of an aggregate. To be called before `seal`. */
  use(plan: AggregatePlan, arg: Evaluate | null, atMost: number | null): AggregateUse {
    const argText = plan.arg === null ? null : this.#textOf(plan.arg);
    let argAt: number | null = null;
    if (argText !== null && arg !== null) {
      argAt = this.#argIndex.get(argText) ?? this.#addArg(argText, plan.arg!, arg);
    }
    const seconds = "lengthMs" in this.shape && this.shape.lengthMs !== null ? this.shape.lengthMs / 1000 : null;
    const spec: AggregateSpec = { fn: plan.fn, arg: argAt, distinct: plan.distinct, percent: plan.percent, seconds };
    const specText = JSON.stringify(spec);
    const index = this.#aggregateIndex.get(specText) ?? this.#aggregates.push(spec) - 1;
    this.#aggregateIndex.set(specText, index);
    const before = this.#atMost.get(index);
    this.#atMost.set(index, before === null || atMost === null ? null : Math.max(before ?? 0, atMost));
    const now: Evaluate = (context) => this.store.value(context.slot, index);
    if (!plan.prior || this.shape.kind === "owned") return { window: this, index, prior: null, evaluate: now };
    let prior = this.#priorUsed.indexOf(index);
    if (prior === -1) prior = this.#priorUsed.push(index) - 1;
    const evaluate: Evaluate = (context) => (context.current ? this.#priorValue(prior) : now(context));
    return { window: this, index, prior, evaluate };
  }

  get #mode(): WindowSpec["mode"] {
    return this.shape.kind === "all" || (this.shape.kind === "owned" && this.shape.mode === "growing")
      ? "growing"
      : "sliding";
  }

  /** What these expressions are, by content. */
  get argNames(): readonly string[] {
    return [...this.#argIndex.keys()].map(hash128);
  }

  /** The expressions that the store takes, by position. */
  get args(): readonly PlanExpr[] {
    return this.#plans;
  }

  /** The aggregates of which the value before the current event is read. */
  get priors(): readonly { readonly index: number; readonly reader: AggregateReader }[] {
    return this.#priorUsed.map((aggregate, index) => ({ index, reader: this.store.readers[aggregate]! }));
  }

  #addArg(text: string, plan: PlanExpr, arg: Evaluate): number {
    const at = this.#args.push(arg) - 1;
    this.#plans.push(plan);
    this.#argIndex.set(text, at);
    return at;
  }

  #priorValue(prior: number): Value {
    if (this.store.readers[this.#priorUsed[prior]!]!.gives === "value") return this.priorValues[prior]!;
    const x = this.priorNumbers[prior]!;
    return Number.isNaN(x) ? null : x;
  }

  /** Makes it hold what it held just before an event at `t`: what leaves at `t` too, and what came at `t`. */
  lookBefore(slot: number, t: number): void {
    if (!this.slides) return;
    this.#noteLeft(slot, t - 1);
    this.store.holdFrom(slot, this.lookBound(t));
  }

  /** Drops what the window at `t` does not hold. */
  dropAt(slot: number, t: number): void {
    if (this.slides) this.store.dropBefore(slot, this.#evaluationBound(t));
  }

  /** Lets go what an event at `t` finds no more, and keeps what is read as PRIOR. */
  leave(slot: number, t: number): void {
    if (this.slides) this.dropNoting(slot, t);
    else if (this.#keeps !== null) this.store.trimTo(slot, this.#keeps);
    for (let i = 0; i < this.#priorUsed.length; i++) {
      const value = this.store.value(slot, this.#priorUsed[i]!);
      this.priorValues[i] = value;
      this.priorNumbers[i] = typeof value === "number" ? value : Number.NaN;
    }
  }

  /** `dropAt`, and notes where something left at age d. What did may be looked at again just before an event at `t`. */
  dropNoting(slot: number, t: number): void {
    if (this.#leftAt !== null) {
      this.#noteLeft(slot, t - 1);
      this.store.dropBefore(slot, this.lookBound(t));
      this.#noteLeft(slot, t);
    }
    this.dropAt(slot, t);
  }

  /** Whether it is noted when events leave. */
  get notesLeaving(): boolean {
    return this.#leftAt !== null;
  }

  /** Takes in the context's event, at time `t`, after it `leave`d what was over. */
  add(slot: number, t: number, context: EvalContext): void {
    this.store.add(slot, t, context);
  }

  /** When the oldest pane leaves: at age d; `Infinity` where nothing will. */
  nextLeaving(slot: number): number {
    return this.slides ? this.store.oldest(slot) + this.#lengthMs : Infinity;
  }

  reset(slot: number): void {
    this.store.reset(slot);
    this.#leftAt?.clear(slot);
  }

  grow(capacity: number): void {
    this.store.grow(capacity);
  }

  /** What is kept of a key. To be asked for once it is sealed. */
  sections(): readonly StateSection[] {
    const id = hash128(JSON.stringify(this.shape));
    const sections = this.store.sections.map((section) => ({ ...section, id: `${id} ${section.id}` }));
    const leftAt = this.#leftAt;
    if (leftAt === null) return sections;
    return [...sections, sectionOf(`${id} left`, leftAt)];
  }

  /** The earliest time of what the window holds just before `t`. */
  lookBound(t: number): number {
    const start = t - this.#lengthMs;
    return this.#precisionMs === null ? start : Math.ceil(start / this.#precisionMs) * this.#precisionMs;
  }

  #noteLeft(slot: number, t: number): void {
    if (this.#leftAt !== null && this.nextLeaving(slot) === t) this.#leftAt.set(slot, t);
  }

  /** The earliest time of what the window holds at `t`. */
  #evaluationBound(t: number): number {
    const start = t - this.#lengthMs;
    const slice = this.#precisionMs;
    return slice === null ? start + 1 : Math.floor(start / slice) * slice + slice;
  }
}
