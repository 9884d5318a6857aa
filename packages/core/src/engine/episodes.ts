import type { Alert } from "../alert.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { fromHost } from "../values/from-host.ts";
import { FloatField, type IntField, type Records } from "../window/records.ts";
import type { Branch, Payload, RuleOutput } from "./rule-output.ts";
import type { RulePosition } from "./rule-position.ts";
import type { Runtime } from "./runtime.ts";
import { Phase, SlotTimers } from "./timers.ts";

interface BranchState {
  readonly branch: Branch;
  /** When the episode opened; `Infinity` while none is open. */
  readonly openedAt: FloatField;
  /** When its FOR is over; `Infinity` where it waits for none. */
  readonly waitsUntil: FloatField | null;
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
  readonly records: Records;
  /** Where it is kept since when the episode of a branch is open: `Infinity` while it is not. */
  readonly openedAt: (branch: Branch) => FloatField;
  /** Counts the open episodes of a key over several rules. */
  readonly openCount: IntField | null;
}

/**
 * The episodes of a rule: per branch and key, whether one is open, since when, and what it waits for.
 *
 * State   a few numbers per key and episodic branch; the alert of an open episode where RESOLVE asks for it.
 */
export class Episodes {
  readonly #branches: readonly Branch[];
  /** By position of the branch; only episodic ones have a state. */
  readonly #states: readonly (BranchState | null)[];
  readonly #episodic: readonly BranchState[];
  readonly #output: RuleOutput;
  readonly #options: EpisodeOptions;
  readonly #forTimers: SlotTimers | null;
  #waiting = 0;
  readonly #deferred: { readonly alert: Alert; readonly at: number }[] = [];

  constructor(
    runtime: Runtime,
    rule: RulePosition,
    branches: readonly Branch[],
    output: RuleOutput,
    options: EpisodeOptions,
  ) {
    this.#branches = branches;
    this.#output = output;
    this.#options = options;
    const { records } = options;
    this.#states = branches.map((branch) =>
      branch.episodic
        ? {
            branch,
            openedAt: options.openedAt(branch),
            waitsUntil: branch.forMs === null ? null : new FloatField(records, Infinity),
            fired: [],
            payload: [],
          }
        : null,
    );
    this.#episodic = this.#states.filter((state) => state !== null);
    this.#forTimers = branches.some((branch) => branch.forMs !== null)
      ? new SlotTimers(runtime.timers, rule, Phase.for, options.onFor, records)
      : null;
  }

  /** Where code finds since when an episode is open, and after how long it may close; `null`: at any time. */
  get layout(): readonly { readonly branch: number; readonly openedAt: number; readonly holdMs: number | null }[] {
    return this.#episodic.map(({ branch, openedAt }) => ({
      branch: branch.index,
      openedAt: openedAt.offset,
      holdMs: branch.forMs === null ? this.#options.holdMs : null,
    }));
  }

  /** Whether any branch has an open episode for the slot. */
  anyOpen(slot: number): boolean {
    for (const { openedAt } of this.#episodic) if (openedAt.get(slot) !== Infinity) return true;
    return false;
  }

  /** Whether any of them closes at `at` if its condition is not TRUE. */
  anyMayClose(slot: number, at: number): boolean {
    for (const { branch, openedAt } of this.#episodic) {
      if (openedAt.get(slot) !== Infinity && this.mayClose(branch, slot, at)) return true;
    }
    return false;
  }

  isOpen(branch: Branch, slot: number): boolean {
    return this.openedAt(branch, slot) !== Infinity;
  }

  openedAt(branch: Branch, slot: number): number {
    return this.#states[branch.index]?.openedAt.get(slot) ?? Infinity;
  }

  /** Whether an episode of the slot waits for its FOR. */
  waits(slot: number): boolean {
    return this.#forTimers !== null && this.#forTimers.at(slot) !== Infinity;
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
      const open = state.openedAt.get(slot) !== Infinity;
      if (!yes) {
        if (open && this.mayClose(branch, slot, at)) this.close(branch, slot, at);
        continue;
      }
      if (!open) {
        this.#setOpen(state, slot, at);
        if (branch.forMs !== null) this.#wait(branch, slot, at + branch.forMs);
      } else if (this.#options.prepares && isWaiting(state, slot)) {
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
    return isWaiting(state, slot) || at - state.openedAt.get(slot) >= this.#options.holdMs;
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
    for (const state of this.#episodic) {
      const { branch } = state;
      if (state.waitsUntil?.get(slot) !== time) continue;
      if (!isTrue(branch)) {
        this.close(branch, slot, time);
        continue;
      }
      state.waitsUntil.clear(slot);
      this.#waiting--;
      if (!fired) {
        fired = true;
        this.#fire(branch, slot, time, state.payload[slot] ?? undefined);
      }
      if (this.#options.prepares) state.payload[slot] = null;
    }
    this.#armFor(slot);
  }

  /** Ends what is open without a word. */
  forget(slot: number): void {
    for (const { branch } of this.#episodic) if (this.isOpen(branch, slot)) this.#clear(branch, slot);
  }

  grow(capacity: number): void {
    this.#options.records.grow(capacity);
  }

  save(slot: number, out: ByteWriter): void {
    for (const state of this.#episodic) {
      const openedAt = state.openedAt.get(slot);
      out.boolean(openedAt !== Infinity);
      if (openedAt === Infinity) continue;
      out.float(openedAt);
      out.float(state.waitsUntil?.get(slot) ?? Infinity);
      out.value(fromHost(state.fired[slot] ?? null));
      out.value(fromHost(state.payload[slot] ?? null));
    }
  }

  load(slot: number, input: ByteReader): void {
    for (const state of this.#episodic) {
      if (!input.boolean()) continue;
      this.#setOpen(state, slot, input.float());
      const until = input.float();
      state.waitsUntil?.set(slot, until);
      if (until !== Infinity) this.#waiting++;
      // Both were plain data when they were written.
      const fired = input.value() as unknown as Alert | null;
      const payload = input.value() as unknown as Payload | null;
      if (fired !== null) state.fired[slot] = fired;
      if (payload !== null) state.payload[slot] = payload;
    }
    this.#armFor(slot);
  }

  #fire(branch: Branch, slot: number, at: number, payload?: Payload): void {
    const alert = this.#output.fire(branch, at, payload);
    if (branch.resolve && alert !== null) this.#states[branch.index]!.fired[slot] = alert;
  }

  #wait(branch: Branch, slot: number, until: number): void {
    const state = this.#states[branch.index]!;
    state.waitsUntil!.set(slot, until);
    this.#waiting++;
    if (this.#options.prepares) state.payload[slot] = this.#output.prepare(branch);
    this.#armFor(slot);
  }

  #clear(branch: Branch, slot: number): void {
    const state = this.#states[branch.index]!;
    state.openedAt.clear(slot);
    const { openCount } = this.#options;
    openCount?.set(slot, openCount.get(slot) - 1);
    if (branch.resolve) state.fired[slot] = null;
    if (this.#options.prepares) state.payload[slot] = null;
    if (!isWaiting(state, slot)) return;
    state.waitsUntil!.clear(slot);
    this.#waiting--;
    this.#armFor(slot);
  }

  #setOpen(state: BranchState, slot: number, at: number): void {
    state.openedAt.set(slot, at);
    const { openCount } = this.#options;
    openCount?.set(slot, openCount.get(slot) + 1);
  }

  #armFor(slot: number): void {
    if (this.#forTimers === null) return;
    let next = Infinity;
    for (const { waitsUntil } of this.#episodic) next = Math.min(next, waitsUntil?.get(slot) ?? Infinity);
    this.#forTimers.set(slot, next);
  }
}

function isWaiting(state: BranchState, slot: number): boolean {
  return state.waitsUntil !== null && state.waitsUntil.get(slot) !== Infinity;
}
