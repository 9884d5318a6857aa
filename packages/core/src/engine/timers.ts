import { FloatField, Records } from "../window/records.ts";
import type { RulePosition } from "./rule-position.ts";
import { TimeHeap } from "./time-heap.ts";

/** The order of what a rule does at one instant. */
export const Phase = { end: 0, for: 1, expire: 2 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
const phases = 3;
const slotSpan = 2 ** 32;

/** Runs what is due for some slots of a rule at one instant. */
export interface TimerHandler {
  due(time: number, slots: readonly number[]): void;
}

interface Handled {
  readonly rule: RulePosition;
  readonly phase: Phase;
  readonly handler: TimerHandler;
}

/**
 * What is due later, over all rules.
 *
 * Time    `run(until)` goes through the instants in order; at one instant by rule, then phase, each handler called once with all its slots.
 * State   at most one armed entry per handler and slot; a due time that moves later is armed again when the old one comes.
 */
export class Timers {
  /** What is due, as number of the handler · 2^32 + slot. */
  readonly #heap = new TimeHeap<number>();
  /** By a number of each. */
  readonly #handlers: (Handled | undefined)[] = [];
  readonly #free: number[] = [];
  /** Where what runs stands, by rule and phase. */
  running = 0;

  /** The earliest instant at which something may be due. */
  get first(): number {
    return this.#heap.first;
  }

  handle(rule: RulePosition, phase: Phase, handler: TimerHandler): (time: number, slot: number) => void {
    const id = this.#free.pop() ?? this.#handlers.length;
    this.#handlers[id] = { rule, phase, handler };
    const entry = id * slotSpan;
    return (time, slot) => this.#heap.add(time, entry + slot);
  }

  /** Forgets what was due for rules that are gone. */
  dropGone(): void {
    const gone = new Set<number>();
    for (const [id, handled] of this.#handlers.entries()) if (handled?.rule.gone === true) gone.add(id);
    if (gone.size === 0) return;
    this.#heap.retain((entry) => !gone.has(idOf(entry)));
    for (const id of gone) this.#handlers[id] = undefined;
    this.#free.push(...gone);
  }

  /** Runs the earliest instant. */
  runFirst(): void {
    const heap = this.#heap;
    const time = heap.first;
    const first = heap.take();
    if (heap.first !== time) {
      this.#run(idOf(first), time, [slotOf(first)]);
      return;
    }
    const byId = new Map([[idOf(first), [slotOf(first)]]]);
    while (heap.first === time) {
      const entry = heap.take();
      const id = idOf(entry);
      const slot = slotOf(entry);
      const slots = byId.get(id);
      if (slots === undefined) byId.set(id, [slot]);
      else slots.push(slot);
    }
    for (const id of [...byId.keys()].sort((a, b) => this.#rank(a) - this.#rank(b))) this.#run(id, time, byId.get(id)!);
  }

  #rank(id: number): number {
    const { rule, phase } = this.#handlers[id]!;
    return rule.index * phases + phase;
  }

  #run(id: number, time: number, slots: readonly number[]): void {
    this.running = this.#rank(id);
    this.#handlers[id]!.handler.due(time, slots);
  }
}

/**
 * One due time per slot for one handler: what is set again for later costs nothing until the earlier time comes.
 */
export class SlotTimers {
  readonly #records: Records;
  readonly #due: FloatField;
  readonly #armed: FloatField;
  readonly #arm: (time: number, slot: number) => void;
  #count = 0;

  /** `records` hold what is known of a slot: those of its group, else its own. */
  constructor(
    timers: Timers,
    rule: RulePosition,
    phase: Phase,
    run: (time: number, slots: number[]) => void,
    records: Records = new Records(),
  ) {
    this.#records = records;
    this.#due = new FloatField(records, Infinity);
    this.#armed = new FloatField(records, Infinity);
    this.#arm = timers.handle(rule, phase, {
      due: (time, slots) => {
        const ready: number[] = [];
        for (const slot of slots) {
          // An entry of a slot that was freed, and perhaps given back, or armed anew for another time.
          if (slot >= this.#records.capacity || this.#armed.get(slot) !== time) continue;
          this.#armed.set(slot, Infinity);
          const due = this.#due.get(slot);
          if (due === time) {
            this.#due.set(slot, Infinity);
            this.#count--;
            ready.push(slot);
          } else if (due !== Infinity) this.#armAt(due, slot);
        }
        if (ready.length > 0) run(time, ready);
      },
    });
  }

  /** Slots with a due time. */
  get count(): number {
    return this.#count;
  }

  /** `Infinity` where nothing is due. */
  at(slot: number): number {
    return this.#due.get(slot);
  }

  set(slot: number, time: number): void {
    const before = this.#due.get(slot);
    this.#due.set(slot, time);
    if (before === Infinity) this.#count++;
    if (time === Infinity) this.#count--;
    else if (time < this.#armed.get(slot)) this.#armAt(time, slot);
  }

  clear(slot: number): void {
    if (this.#due.get(slot) !== Infinity) this.set(slot, Infinity);
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
  }

  #armAt(time: number, slot: number): void {
    this.#armed.set(slot, time);
    this.#arm(time, slot);
  }
}

function idOf(entry: number): number {
  return Math.floor(entry / slotSpan);
}

function slotOf(entry: number): number {
  return entry % slotSpan;
}
