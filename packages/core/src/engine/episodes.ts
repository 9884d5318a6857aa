import type { Alert } from "../alert.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { fromHost } from "../values/from-host.ts";
import { NumberColumn } from "./columns.ts";
import type { Branch, Payload, RuleOutput } from "./rule-output.ts";
import type { Runtime } from "./runtime.ts";
import { Phase, SlotTimers } from "./timers.ts";

interface BranchState {
  /** When the episode opened; `Infinity` while none is open. */
  readonly openedAt: NumberColumn;
  /** When its FOR is over; `Infinity` where it waits for none. */
  readonly waitsUntil: NumberColumn;
  /** The last alert that the episode fired, kept for RESOLVE. */
  readonly fired: (Alert | null)[];
  /** What the alert will say when FOR is over, for rules evaluated by the clock. */
  readonly payload: (Payload | null)[];
}

/** How long an episode stays open at least; see §8 of the language. */
export interface EpisodeOptions {
  /** The d of a sliding WITHIN; 0 elsewhere. */
  readonly holdMs: number;
  /** Evaluate what an alert says while its episode waits for FOR, not when FOR is over. */
  readonly prepares: boolean;
  /** Looks at the branches of a slot whose FOR is over now: calls `finishFor`. */
  readonly onFor: (time: number, slots: number[]) => void;
}

/**
 * The episodes of a rule: per branch and key, whether one is open, since when, and what it waits for.
 *
 * State   a few numbers per key and episodic branch; the alert of an open episode where RESOLVE asks for it.
 */
export class Episodes {
  readonly #branches: readonly Branch[];
  readonly #states: readonly BranchState[];
  readonly #output: RuleOutput;
  readonly #options: EpisodeOptions;
  readonly #forTimers: SlotTimers | null;
  #open = new Uint8Array(0);
  #waiting = 0;
  readonly #deferred: { readonly alert: Alert; readonly at: number }[] = [];

  constructor(
    runtime: Runtime,
    rule: number,
    branches: readonly Branch[],
    output: RuleOutput,
    options: EpisodeOptions,
  ) {
    this.#branches = branches;
    this.#output = output;
    this.#options = options;
    this.#states = branches.map(() => ({
      openedAt: new NumberColumn(Infinity),
      waitsUntil: new NumberColumn(Infinity),
      fired: [],
      payload: [],
    }));
    this.#forTimers = branches.some((branch) => branch.forMs !== null)
      ? new SlotTimers(runtime.timers, rule, Phase.for, options.onFor)
      : null;
  }

  /** Whether any branch has an open episode for the slot. */
  anyOpen(slot: number): boolean {
    return this.#open[slot] !== 0;
  }

  isOpen(branch: Branch, slot: number): boolean {
    return this.#states[branch.index]!.openedAt.data[slot] !== Infinity;
  }

  openedAt(branch: Branch, slot: number): number {
    return this.#states[branch.index]!.openedAt.data[slot]!;
  }

  /** Episodes that wait for their FOR. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * One evaluation at `at`, the context being set: opens and closes episodes; at most one branch fires, the first listed.
   * `isTrue` says whether a branch's condition holds.
   */
  evaluate(slot: number, at: number, isTrue: (branch: Branch) => boolean): void {
    let fired = false;
    for (const branch of this.#branches) {
      const yes = isTrue(branch);
      if (!branch.episodic) {
        if (yes && !fired) {
          fired = true;
          this.#output.fire(branch, at);
        }
        continue;
      }
      const state = this.#states[branch.index]!;
      const open = state.openedAt.data[slot] !== Infinity;
      if (!yes) {
        if (open && this.mayClose(branch, slot, at)) this.close(branch, slot, at);
        continue;
      }
      if (!open) {
        state.openedAt.data[slot] = at;
        this.#open[slot]!++;
        if (branch.forMs !== null) this.#wait(branch, slot, at + branch.forMs);
      } else if (this.#options.prepares && state.waitsUntil.data[slot] !== Infinity) {
        state.payload[slot] = this.#output.prepare(branch);
      }
      if (fired || branch.forMs !== null || (open && !branch.each)) continue;
      fired = true;
      this.#fire(branch, slot, at);
    }
  }

  /** Whether an episode whose condition is not TRUE at `at` closes then. */
  mayClose(branch: Branch, slot: number, at: number): boolean {
    const state = this.#states[branch.index]!;
    return state.waitsUntil.data[slot] !== Infinity || at - state.openedAt.data[slot]! >= this.#options.holdMs;
  }

  /** Closes an episode; its resolved alert goes out at once, or with `flush` where `later`. */
  close(branch: Branch, slot: number, at: number, later = false): void {
    const state = this.#states[branch.index]!;
    const alert = state.fired[slot] ?? null;
    this.#clear(branch, slot);
    if (alert === null || !branch.resolve) return;
    if (later) this.#deferred.push({ alert, at });
    else this.#output.resolve(alert, at);
  }

  /** Sends out what was resolved by a look before the event. */
  flush(): void {
    if (this.#deferred.length === 0) return;
    for (const { alert, at } of this.#deferred) this.#output.resolve(alert, at);
    this.#deferred.length = 0;
  }

  /** The FORs of a slot that are over at `time` fire, where their condition still holds; else their episodes close. One evaluation. */
  finishFor(slot: number, time: number, isTrue: (branch: Branch) => boolean): void {
    let fired = false;
    for (const branch of this.#branches) {
      const state = this.#states[branch.index]!;
      if (state.waitsUntil.data[slot] !== time) continue;
      if (!isTrue(branch)) {
        this.close(branch, slot, time);
        continue;
      }
      state.waitsUntil.data[slot] = Infinity;
      this.#waiting--;
      if (!fired) {
        fired = true;
        this.#fire(branch, slot, time, state.payload[slot] ?? undefined);
      }
      state.payload[slot] = null;
    }
    this.#armFor(slot);
  }

  /** Ends what is open without a word. */
  forget(slot: number): void {
    if (this.#open[slot] === 0) return;
    for (const branch of this.#branches) if (this.isOpen(branch, slot)) this.#clear(branch, slot);
  }

  grow(capacity: number): void {
    for (const state of this.#states) {
      state.openedAt.grow(capacity);
      state.waitsUntil.grow(capacity);
    }
    this.#forTimers?.grow(capacity);
    if (capacity > this.#open.length) {
      const open = new Uint8Array(capacity);
      open.set(this.#open);
      this.#open = open;
    }
  }

  save(slot: number, out: ByteWriter): void {
    for (const branch of this.#branches) {
      if (!branch.episodic) continue;
      const state = this.#states[branch.index]!;
      out.boolean(this.isOpen(branch, slot));
      if (!this.isOpen(branch, slot)) continue;
      out.float(state.openedAt.data[slot]!);
      out.float(state.waitsUntil.data[slot]!);
      out.value(fromHost(state.fired[slot] ?? null));
      out.value(fromHost(state.payload[slot] ?? null));
    }
  }

  load(slot: number, input: ByteReader): void {
    for (const branch of this.#branches) {
      if (!branch.episodic || !input.boolean()) continue;
      const state = this.#states[branch.index]!;
      this.#open[slot]!++;
      state.openedAt.data[slot] = input.float();
      state.waitsUntil.data[slot] = input.float();
      if (state.waitsUntil.data[slot] !== Infinity) this.#waiting++;
      // Both were plain data when they were written.
      state.fired[slot] = input.value() as unknown as Alert | null;
      state.payload[slot] = input.value() as unknown as Payload | null;
    }
    this.#armFor(slot);
  }

  #fire(branch: Branch, slot: number, at: number, payload?: Payload): void {
    const alert = this.#output.fire(branch, at, payload);
    if (branch.resolve && alert !== null) this.#states[branch.index]!.fired[slot] = alert;
  }

  #wait(branch: Branch, slot: number, until: number): void {
    const state = this.#states[branch.index]!;
    state.waitsUntil.data[slot] = until;
    this.#waiting++;
    if (this.#options.prepares) state.payload[slot] = this.#output.prepare(branch);
    this.#armFor(slot);
  }

  #clear(branch: Branch, slot: number): void {
    const state = this.#states[branch.index]!;
    this.#open[slot]!--;
    state.openedAt.clear(slot);
    state.fired[slot] = null;
    state.payload[slot] = null;
    if (state.waitsUntil.data[slot] === Infinity) return;
    state.waitsUntil.clear(slot);
    this.#waiting--;
    this.#armFor(slot);
  }

  #armFor(slot: number): void {
    if (this.#forTimers === null) return;
    let next = Infinity;
    for (const state of this.#states) next = Math.min(next, state.waitsUntil.data[slot]!);
    this.#forTimers.set(slot, next);
  }
}
