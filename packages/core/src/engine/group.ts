import type { GroupLog } from "../explain/group-log.ts";
import type { EventData, Row } from "../row.ts";
import type { StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import { RecentTimes } from "../window/recent-times.ts";
import { FloatField, IntField, Records } from "../window/records.ts";
import { isKeyValue, keyOf } from "../values/compare.ts";
import { GroupWindow, type WindowShape } from "./group-window.ts";
import type { Guard } from "../dispatch/guard.ts";
import { HeldRules } from "../dispatch/held-rules.ts";
import { RuleSelection } from "../dispatch/rule-selection.ts";
import type { GroupGlue } from "../generate/group-code.ts";
import { GroupConcern } from "./group-concern.ts";
import type { GroupResidence } from "./group-residence.ts";
import { groupSections } from "./group-sections.ts";
import type { GroupSpec } from "./group-spec.ts";
import { GroupState } from "./group-state.ts";
import { IdleKeys } from "./idle-keys.ts";
import { KeyHistory } from "./key-history.ts";
import { KeyRows } from "./key-rows.ts";
import { Concern, type RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { SlotTable } from "./slot-table.ts";
import { Ties } from "./ties.ts";
import { Phase, SlotTimers } from "./timers.ts";

/** More sequences than these have few runs of a key each. */
const fewRules = 8;
/** Freed slots below this number are kept for keys to come. */
const mostSpareSlots = 4096;
/** From so many slots on memory grows by an eighth. */
const manySlots = 8192;
/** A slot that no key ever gets: windows are copied there to be looked at without being changed. */
const scratch = 0;

/**
 * The rules that share source, filter, key and expiry: they see the same events under the same keys, so one look-up of the key,
 * one copy of each window and one of each aggregate serve them all.
 */
export class Group {
  readonly spec: GroupSpec;
  readonly windows: GroupWindow[] = [];
  /** What the group and its operators keep of a slot. */
  readonly records: Records = new Records();
  readonly history: KeyHistory;
  /** Open episodes that are looked at before an event. */
  readonly openCount: IntField = new IntField(this.records, 0);
  readonly runners: RuleRunner[] = [];
  readonly slots: SlotTable = new SlotTable();
  /** The keys as bytes. */
  readonly state: GroupState;
  /** Events that passed the filter and had no key, counted once for all rules. */
  readonly missed: { count: number } = { count: 0 };
  /** Where keys may leave memory. */
  residence: GroupResidence | null = null;
  /** Counts what its rules never get to see, where the engine explains itself. */
  log: GroupLog | null = null;
  /** Whether some rule reads fields of a key's newest event later than at the event. */
  keepsNewest: boolean = false;
  /** Whether some rule looks at windows as they were before an event. */
  looksBefore: boolean = false;
  /** Whether an episode may close at the instant at which it opened, or its end be told to the millisecond. */
  closesAtOnce: boolean = false;
  /** The slot under evaluation; the context's may be a copy of it. */
  evaluating: number = 0;
  readonly #runtime: Runtime;
  /** When a key's newest event was. */
  readonly newestTime: FloatField = new FloatField(this.records, -Infinity);
  /** The newest events, of which bounded windows are parts. */
  times: RecentTimes | null = null;
  readonly #rows = new KeyRows();
  /** EXPIRE to the instant, where something may happen to a key between its events; else it shows with the next event. */
  #expiry: SlotTimers | null = null;
  /** How long after its newest event a key begins anew with the next one; `Infinity` where the timers see to that, or nothing does. */
  #staleMs = Infinity;
  #capacity = 0;
  #idle: IdleKeys | null = null;
  /** Whether its rules are sequences, of which nothing is kept but runs. */
  #holdsNoWindows = false;
  #tells = false;
  readonly #concern: GroupConcern;
  readonly #ties: Ties;
  readonly #keyScratch: Value[];
  #sections: readonly StateSection[] = [];
  #readOnlySections: readonly StateSection[] = [];
  #glue: GroupGlue | null = null;
  /** Finds the rules whose condition an event may meet; `null`: all have to be asked. */
  #selection: RuleSelection | null = null;
  /** Of many sequences, those that hold runs of a key; `null`: all have to be asked. */
  #held: HeldRules | null = null;

  constructor(spec: GroupSpec, runtime: Runtime) {
    this.spec = spec;
    this.#runtime = runtime;
    this.#keyScratch = new Array<Value>(spec.keySize).fill(null);
    this.history = new KeyHistory(this.records, this.newestTime, spec.textOf);
    this.#concern = new GroupConcern(this.runners, runtime.context);
    this.#ties = new Ties(this.windows, this, runtime.context);
    this.state = new GroupState(this);
  }

  get id(): string {
    return this.spec.id;
  }

  get guard(): Guard | null {
    return this.spec.guard;
  }

  get keySize(): number {
    return this.spec.keySize;
  }

  /** What is kept of a key, in pieces. */
  get sections(): readonly StateSection[] {
    return this.#sections;
  }

  get readOnlySections(): readonly StateSection[] {
    return this.#readOnlySections;
  }

  /** The window of a shape; equal ones are one. */
  window(shape: WindowShape): GroupWindow {
    const text = JSON.stringify(shape);
    const known = this.windows.find((window) => JSON.stringify(window.shape) === text);
    if (known !== undefined) return known;
    const window = new GroupWindow(shape, this.records, this.spec.textOf);
    this.windows.push(window);
    return window;
  }

  /** To be called once all rules are in. */
  seal(): void {
    const { expireMs } = this.spec;
    if (expireMs !== null && this.runners.every((runner) => runner.onlyAtEvents === true)) this.#staleMs = expireMs;
    else if (expireMs !== null) {
      // The last rule's turn: by then every rule of the group has done what it had to do at this instant.
      const last = Math.max(...this.runners.map((runner) => runner.index));
      const forget = (_: number, slots: number[]): void => {
        for (const slot of slots) this.forget(slot);
      };
      this.#expiry = new SlotTimers(this.#runtime.timers, last, Phase.expire, forget, this.records);
    }
    this.history.seal();
    const bounded = this.windows.filter((window) => window.isBounded);
    if (bounded.length > 0) {
      this.times = new RecentTimes(this.records, this.newestTime);
      for (const window of bounded) window.askOf(this.times);
      this.times.declare();
    }
    for (const window of this.windows) window.seal(this.times);
    this.#holdsNoWindows =
      this.windows.length === 0 &&
      !this.history.used &&
      !this.keepsNewest &&
      this.runners.every((runner) => runner.concern !== undefined);
    this.#held = this.#holdsNoWindows && this.runners.length > fewRules ? new HeldRules() : null;
    const { sections, readOnly } = groupSections(this, {
      key: {
        save: (slot, out) => this.newestTime.save(slot, out),
        load: (slot, input) => {
          this.newestTime.load(slot, input);
          this.#expiry?.set(slot, this.newestTime.get(slot) + this.spec.expireMs!);
        },
      },
      rows: this.#rows,
      ties: this.#ties,
      held: this.#held,
      holdsNoWindows: this.#holdsNoWindows,
    });
    this.#sections = sections;
    this.#readOnlySections = readOnly;
    this.#idle = new IdleKeys(this, this.#held, this.#runtime);
    const selection = new RuleSelection(this.runners.map((runner) => this.#guardsOf(runner)));
    if (!selection.isTrivial || this.#held !== null) this.#selection = selection;
    this.#concern.selection = this.#selection;
    for (const [place, runner] of this.runners.entries()) {
      runner.seal?.(this.#held === null ? null : { place, held: this.#held, waiting: selection.waiting });
    }
    this.#tells = this.#holdsNoWindows && this.#expiry === null && this.#runtime.explainer === null;
    this.#grow(1);
  }

  /** Whether an index finds the rules that an event concerns. */
  get isIndexed(): boolean {
    return this.#selection !== null;
  }

  /** Whether all rules can tell from an event alone that it changes no state, and nothing else is kept of events. */
  get tells(): boolean {
    return this.#tells;
  }

  /** Puts generated code in the place of closures. */
  useGlue(glue: GroupGlue): void {
    this.#glue = glue;
  }

  /** The slot of an event; −1 where the group does not match it, or it can change nothing. */
  match(row: Row): number {
    const { context } = this.#runtime;
    const glue = this.#glue;
    if (glue !== null && glue.match !== null) {
      if (glue.matchesInContext) {
        context.row = row;
        context.current = true;
      }
      return glue.match(row);
    }
    context.row = row;
    context.current = true;
    if (this.spec.where !== null && this.spec.where(context) !== true) {
      this.log?.refused();
      return -1;
    }
    const key = this.#keyScratch;
    const parts = this.spec.key(row.stream);
    for (let i = 0; i < key.length; i++) {
      const value = parts[i]!(context);
      if (!isKeyValue(value)) {
        this.missKey();
        this.log?.missing(i);
        return -1;
      }
      key[i] = value;
    }
    if (!this.#tells) return this.slotOf(key);
    return this.isConcerned() ? this.concernedSlotOf(key) : -1;
  }

  /** Whether the context's event may be something to a rule of a group that `tells`. */
  isConcerned(): boolean {
    return this.#concern.ofEvent() !== Concern.nothing;
  }

  /** After `isConcerned`: the slot of a key; −1 where the event is nothing to its state. */
  concernedSlotOf(key: readonly Value[]): number {
    const known = this.slots.find(key);
    if (known === -1) return this.#concern.isOfAnyKey ? this.#claimOwn(key) : -1;
    return this.#concern.isOfSlot(known) ? known : -1;
  }

  /** `concernedSlotOf` a key of one part. */
  concernedSlotOfOne(part: Value): number {
    const known = this.slots.findOne(part);
    if (known === -1) return this.#concern.isOfAnyKey ? this.#claimOwn([part]) : -1;
    return this.#concern.isOfSlot(known) ? known : -1;
  }

  /** An event passed the filter and has no key. */
  missKey(): void {
    this.missed.count++;
  }

  /** The slot of a key, a new one where it has none, −1 where it is another shard's; of groups all of whose rules have to see the event. */
  slotOf(key: readonly Value[]): number {
    const known = this.slots.find(key);
    return known === -1 ? this.#claimOwn(key) : known;
  }

  /** `slotOf` of a key of one part. */
  slotOfOne(part: Value): number {
    const known = this.slots.findOne(part);
    return known === -1 ? this.#claimOwn([part]) : known;
  }

  /** A slot for a key that has none; −1 where it has one. */
  claim(key: readonly Value[]): number {
    this.residence?.claims(key);
    const slot = this.slots.add(key);
    if (slot >= this.#capacity) this.#grow(slot + 1);
    return slot;
  }

  /** The key under evaluation. */
  get evaluatingKey(): readonly Value[] {
    return this.keyAt(this.evaluating);
  }

  keyAt(slot: number): readonly Value[] {
    return this.slots.key(slot) ?? [];
  }

  /** Whether EXPIRE forgets the key at `time`, after everything else that is due then. */
  expiresAt(slot: number, time: number): boolean {
    return this.spec.expireMs !== null && time - this.newestTime.get(slot) >= this.spec.expireMs;
  }

  /** Time of the key's newest event. */
  lastTime(slot: number): number {
    return this.newestTime.get(slot);
  }

  newest(slot: number): Row | null {
    return this.#rows.newest(slot);
  }

  /** Events of the key, newest last, for explanations. */
  recent(slot: number): readonly Row[] {
    return this.#rows.recent(slot);
  }

  /** Looks of the rules with an open episode, then the event is added to the key's windows. The context holds the event. */
  add(slot: number, row: Row): void {
    if (this.#glue !== null) {
      this.#glue.add(slot, row);
      return;
    }
    const { context } = this.#runtime;
    const t = row.time;
    if (t - this.newestTime.get(slot) >= this.#staleMs) this.beginAnew(slot);
    if (this.looksBefore) {
      if (this.openCount.get(slot) !== 0) this.lookBefore(slot, t);
      // What opens at t may not close at t: where nothing is open, no look at t needs what leaves at t.
      if (this.closesAtOnce || this.openCount.get(slot) !== 0) this.#ties.keep(slot, row);
    }
    this.setCurrent(slot, row);
    this.times?.push(slot, t);
    this.history.add(slot, context);
    for (const window of this.windows) window.add(slot, t, context);
    this.newestTime.set(slot, t);
    if (this.#runtime.explain) this.#rows.remember(slot, row);
    this.log?.passed(this.keyAt(slot));
    this.added(slot, row);
  }

  /** What is left to do once an event is in the windows of its key. */
  added(slot: number, row: Row): void {
    const t = row.time;
    if (this.keepsNewest) this.#rows.setNewest(slot, row);
    this.#expiry?.set(slot, t + this.spec.expireMs!);
    this.state.touch(slot);
    const idle = this.#idle!;
    if (t >= idle.due && idle.sweep(t)) this.tidy();
  }

  /** How long after its newest event a key begins anew with the next one; `Infinity` where that is seen to otherwise, or never is. */
  get staleMs(): number {
    return this.#staleMs;
  }

  /** Whether some window drops events one by one, so that ties have to be kept. */
  get keepsTies(): boolean {
    return this.windows.some((window) => window.leaves);
  }

  keepTie(slot: number, row: Row): void {
    this.#ties.keep(slot, row);
  }

  /** Forgets what is kept of a key whose EXPIRE is over, now that its next event is here. */
  beginAnew(slot: number): void {
    if (this.newestTime.get(slot) !== -Infinity) this.#clear(slot);
  }

  /** Evaluates with the windows at `t` and no current event; what leaves at `t` itself stays for the look before an event at `t`. */
  lookAt(slot: number, t: number, evaluate: () => void): void {
    const { context } = this.#runtime;
    this.setContext(slot);
    for (const window of this.windows) window.lookBefore(slot, t);
    if (!this.windows.some((window) => window.leavesAt(slot, t))) {
      for (const window of this.windows) window.dropAt(slot, t);
      evaluate();
      return;
    }
    this.#copyTimes(slot, scratch);
    for (const window of this.windows) {
      window.loadSaved(scratch, window.saved(slot));
      window.dropAt(scratch, t);
    }
    this.history.copy(slot, scratch);
    context.slot = scratch;
    evaluate();
    for (const window of this.windows) window.store.reset(scratch);
  }

  /** Runs the rules that an event, just added, may concern. */
  runRules(slot: number, row: Row): void {
    const { runners } = this;
    const selection = this.#selection;
    if (selection === null && this.#glue !== null) {
      this.#glue.run(slot, row);
      return;
    }
    this.present(slot, row);
    if (selection === null) {
      for (let i = 0; i < runners.length; i++) runners[i]!.onEvent(slot, row.time);
      return;
    }
    const count = selection.select(row, slot);
    for (let i = 0; i < count; i++) runners[selection.at(i)]!.onEvent(slot, row.time);
  }

  /** Visits these rules, in order. */
  eachRule(slot: number, row: Row, visit: (runner: RuleRunner) => void): void {
    const selection = this.#selection;
    if (selection === null) {
      for (const runner of this.runners) visit(runner);
      return;
    }
    const count = selection.select(row, slot);
    for (let i = 0; i < count; i++) visit(this.runners[selection.at(i)]!);
  }

  /** The context of the event being processed. */
  setCurrent(slot: number, row: Row): void {
    const { context } = this.#runtime;
    this.evaluating = slot;
    context.row = row;
    context.slot = slot;
    context.keys = this;
    context.current = true;
  }

  /** The context of the event being processed, with the windows as they are with it. */
  present(slot: number, row: Row): void {
    this.setCurrent(slot, row);
    for (const window of this.windows) if (!window.leaves) window.dropAt(slot, row.time);
  }

  /** The context of a key without a current event. */
  setContext(slot: number): void {
    const { context } = this.#runtime;
    this.state.touch(slot);
    this.evaluating = slot;
    context.row = this.newest(slot);
    context.slot = slot;
    context.keys = this;
    context.current = false;
  }

  /** Forgets a key: nothing is left of it, here or where it is stored. */
  forget(slot: number): void {
    const key = this.keyAt(slot);
    this.state.forgets(key);
    this.residence?.forgets(key);
    this.dismiss(slot);
  }

  /** Whether something is due for the key later, without an event of it. */
  holds(slot: number): boolean {
    if (this.#expiry !== null && this.#expiry.at(slot) !== Infinity) return true;
    return this.runners.some((runner) => runner.holds === undefined || runner.holds(slot));
  }

  /** Drops what is kept of a key in memory, and nothing where it is stored. */
  dismiss(slot: number): void {
    this.#clear(slot);
    this.slots.free(slot);
  }

  /** Forgets a key of which a rule has just dropped what it kept, if nothing else is kept of it. */
  release(slot: number): void {
    this.#idle!.release(slot);
  }

  /** Forgets every key that has no live state. */
  sweepAll(): void {
    this.#idle!.sweepAll();
    this.tidy();
  }

  /** Gives memory back where most keys are gone. Not while a key is being looked at. */
  tidy(): void {
    // Rules over windows index memory of their own by slot, which stays.
    if (!this.#holdsNoWindows || this.slots.size < mostSpareSlots || 4 * this.slots.live > this.slots.size) return;
    const before = this.slots.size;
    this.slots.truncate();
    if (this.slots.size === before) return;
    this.records.shrink(this.slots.size);
    this.#capacity = this.records.capacity;
    for (const runner of this.runners) runner.shrink?.(this.#capacity);
  }

  /** A slot for a key that has none, unless it is another shard's: then −1. */
  #claimOwn(key: readonly Value[]): number {
    const { owns } = this.spec;
    if (owns !== null && (owns === "none" || !owns(keyOf(key)))) return -1;
    return this.claim([...key]);
  }

  /** The rules with an open episode look at their windows as they were just before an event at `t`. */
  lookBefore(slot: number, t: number): void {
    const tied = this.#ties.has(slot, t);
    this.evaluating = slot;
    if (tied) {
      this.#copyTimes(slot, scratch);
      this.#ties.restore(slot, t, scratch);
    } else for (const window of this.windows) window.lookBefore(slot, t);
    this.setContext(slot);
    if (tied) this.#runtime.context.slot = scratch;
    for (const runner of this.runners) if (runner.looksBefore(slot)) runner.lookBefore(slot, t);
    if (tied) for (const window of this.windows) window.store.reset(scratch);
  }

  /** Bounded windows of `to` read from now on as those of `from`. */
  #copyTimes(from: number, to: number): void {
    this.newestTime.set(to, this.newestTime.get(from));
    this.times?.copy(from, to);
  }

  #clear(slot: number): void {
    if (this.#held === null) for (const runner of this.runners) runner.forget(slot);
    else {
      const held = this.#held.at(slot);
      // Each goes from the list as it forgets.
      for (let i = held.length - 1; i >= 0; i--) this.runners[held[i]!]!.forget(slot);
    }
    for (const window of this.windows) window.reset(slot);
    this.times?.reset(slot);
    this.history.reset(slot);
    this.#rows.forget(slot);
    this.#ties.forget(slot);
    this.newestTime.clear(slot);
    this.#expiry?.clear(slot);
  }

  #grow(needed: number): void {
    const before = this.#capacity;
    // Records are large: of many keys a doubling would leave too many unused.
    this.#capacity = Math.max(needed, before + (before < manySlots ? before : before >> 3), 16);
    this.records.grow(this.#capacity);
    for (const window of this.windows) window.grow(this.#capacity);
    for (const runner of this.runners) runner.grow(this.#capacity);
  }

  /** What an event must meet one of to concern a rule; `null`: the rule has to be asked. */
  #guardsOf(runner: RuleRunner): readonly Guard[] | null {
    if (this.#held !== null) return this.#runtime.explainer === null ? (runner.guards ?? null) : null;
    const guard = this.#runtime.explain ? null : (runner.guard ?? null);
    return guard === null ? null : [guard];
  }
}

/** What explanations show of rows. */
export function rawEvents(rows: readonly Row[]): EventData[] {
  return rows.map((row) => row.raw);
}
