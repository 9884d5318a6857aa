import type { GroupLog } from "../explain/group-log.ts";
import type { EventData, Row } from "../row.ts";
import type { Value } from "../value.ts";
import { EventRing } from "../window/event-ring.ts";
import { RecentTimes } from "../window/recent-times.ts";
import { FloatField, IntField, Records } from "../window/records.ts";
import { isKeyValue, keyOf } from "../values/compare.ts";
import { GroupWindow, type WindowShape } from "./group-window.ts";
import type { Guard, Plain } from "../dispatch/guard.ts";
import { HeldRules } from "../dispatch/held-rules.ts";
import type { GroupGlue } from "../generate/group-code.ts";
import { GroupCell } from "./group-cell.ts";
import { GroupCells } from "./group-cells.ts";
import { GroupConcern } from "./group-concern.ts";
import { groupSections } from "./group-sections.ts";
import type { GroupSpec } from "./group-spec.ts";
import { IdleKeys } from "./idle-keys.ts";
import { KeyHistory } from "./key-history.ts";
import { KeyRows } from "./key-rows.ts";
import { Concern, type RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { SlotTable } from "./slot-table.ts";
import { Phase, SlotTimers } from "./timers.ts";

/** More sequences than these have few runs of a key each. */
const fewRules = 8;
/** Freed slots below this number are kept for keys to come. */
const mostSpareSlots = 4096;
/** From so many slots on memory grows by an eighth. */
const manySlots = 8192;

/**
 * The rules that share source, filter, key and expiry: they see the same events under the same keys, so one look-up of the key,
 * one copy of each window and one of each aggregate serve them all.
 *
 * Where their filters differ alone in what one field has to equal, the group is a template: the rules of each constant,
 * or list of constants, are a cell with keys of its own, and cells have all else in common.
 */
export class Group {
  readonly spec: GroupSpec;
  readonly windows: GroupWindow[] = [];
  /** What the group and its operators keep of a slot. */
  readonly records: Records = new Records(true);
  readonly history: KeyHistory;
  /** Open episodes that are looked at before an event. */
  readonly openCount: IntField = new IntField(this.records, 0);
  /** Whether a key changed since changes were last asked for. */
  readonly dirtyField: IntField = new IntField(this.records, 0);
  /** Whether changes of keys are noted, of some cell at least. */
  notesChanges: boolean = false;
  /** The keys of all cells. */
  readonly slots: SlotTable = new SlotTable();
  /** By slot, the time of its newest event when a hand last came by to see whether it may leave memory. */
  readonly seenTimes: number[] = [];
  /** Counts what its rules never get to see, where the engine explains itself. */
  log: GroupLog | null = null;
  /** Whether some rule reads fields of a key's newest event later than at the event. */
  keepsNewest: boolean = false;
  /** Whether some rule looks at windows as they were before an event. */
  looksBefore: boolean = false;
  /** The slot under evaluation. */
  evaluating: number = 0;
  readonly #runtime: Runtime;
  /** When a key's newest event was. */
  readonly newestTime: FloatField = new FloatField(this.records, -Infinity);
  /** The newest events, of which bounded windows are parts. */
  times: RecentTimes | null = null;
  readonly #rows = new KeyRows();
  /** The events of whole windows, of which each window has a view. */
  ring: EventRing | null = null;
  /** EXPIRE to the instant, where something may happen to a key between its events; else it shows with the next event. */
  #expiry: SlotTimers | null = null;
  /** How long after its newest event a key begins anew with the next one; `Infinity` where the timers see to that, or nothing does. */
  #staleMs = Infinity;
  #capacity = 0;
  readonly #cells: GroupCells;
  #idle: IdleKeys | null = null;
  /** Whether its rules are sequences, of which nothing is kept but runs. */
  #holdsNoWindows = false;
  #tells = false;
  #concern!: GroupConcern;
  #sectionsOf!: ReturnType<typeof groupSections>;
  readonly #keyScratch: Value[];
  /** Since when episodes are open, by place of a rule in its cell and position of the branch: cells have them in common. */
  readonly #openedAt = new Map<string, FloatField>();
  #glue: GroupGlue | null = null;
  /** The text of what was generated for all cells at once, in pieces. */
  code: readonly string[] = [];
  /** Of many sequences, those that hold runs of a key; `null`: all have to be asked. */
  #held: HeldRules | null = null;

  constructor(spec: GroupSpec, runtime: Runtime) {
    this.spec = spec;
    this.#runtime = runtime;
    this.#keyScratch = new Array<Value>(spec.keySize).fill(null);
    this.history = new KeyHistory(this.records, this.newestTime, spec.textOf);
    this.#cells = new GroupCells(spec.field);
  }

  /** What an event must be for the group to match it, where an index can tell. */
  get guard(): Guard | null {
    const { field, guard } = this.spec;
    return field === null ? guard : { kind: "equals", field, values: this.#cells.constants };
  }

  /** In the order in which they came. */
  get cells(): readonly GroupCell[] {
    return this.#cells.all;
  }

  /** The rules of all cells. */
  get runners(): readonly RuleRunner[] {
    return this.#cells.all.flatMap(({ runners }) => runners);
  }

  /** A cell more. Before `seal`. */
  addCell(id: string, constants: readonly Plain[] | null): GroupCell {
    const cell = this.newCell(id, constants);
    this.join(cell);
    return cell;
  }

  /** A cell that is to join later. */
  newCell(id: string, constants: readonly Plain[] | null): GroupCell {
    return new GroupCell(id, constants, this, constants === null ? 0 : this.#cells.newSpace());
  }

  /** From now on events find the cell. */
  join(cell: GroupCell): void {
    this.#cells.add(cell);
  }

  /** Takes a cell out of a template, with its keys. */
  leave(cell: GroupCell): void {
    // The rules of its keys go with it: nothing of them is to be told, here or where they are stored.
    for (const slot of cell.slots.liveSlots()) this.dismiss(slot);
    this.#cells.remove(cell);
  }

  /** Where it is kept since when an episode is open, of the rule at a place of any cell. */
  openedAt(place: number, branch: number): FloatField {
    const name = `${place} ${branch}`;
    const known = this.#openedAt.get(name);
    if (known !== undefined) return known;
    const field = new FloatField(this.records, Infinity);
    this.#openedAt.set(name, field);
    return field;
  }

  cellAt(slot: number): GroupCell {
    return this.#cells.at(slot);
  }

  /** The cell that would see the event, whether it passes the filter or not; `null`: none. */
  cellFor({ data }: Row): GroupCell | null {
    return this.enters(data) ? this.#cells.entered : null;
  }

  /** Goes to the cell whose rules an event concerns; whether there is one. */
  enters(data: Row["data"]): boolean {
    return this.#cells.enter(data);
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
      const last = this.runners.at(-1)!.position;
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
    if (this.windows.some((window) => window.readsRing)) this.ring = new EventRing(this.records);
    for (const window of this.windows) window.seal(this.times, this.ring);
    this.ring?.seal();
    this.#holdsNoWindows =
      this.windows.length === 0 &&
      !this.history.used &&
      !this.keepsNewest &&
      this.runners.every((runner) => runner.concern !== undefined);
    this.#held = this.#holdsNoWindows && this.runners.length > fewRules ? new HeldRules() : null;
    this.#concern = new GroupConcern(this.cells[0]!.runners, this.#runtime.context);
    this.#sectionsOf = groupSections(this, {
      key: {
        save: (slot, out) => this.newestTime.save(slot, out),
        load: (slot, input) => {
          this.newestTime.load(slot, input);
          this.#expiry?.set(slot, this.newestTime.get(slot) + this.spec.expireMs!);
        },
      },
      rows: this.#rows,
      held: this.#held,
      holdsNoWindows: this.#holdsNoWindows,
    });
    this.#idle = new IdleKeys(this, this.#held, this.#runtime);
    for (const cell of this.cells) this.sealCell(cell);
    this.#tells = this.#holdsNoWindows && this.#expiry === null && this.#runtime.explainer === null;
    this.#grow(1);
  }

  /** To be called once all rules of a cell are in, of a group that is sealed. */
  sealCell(cell: GroupCell): void {
    const { sections, readOnly } = this.#sectionsOf(cell.runners);
    cell.sections = sections;
    cell.readOnlySections = readOnly;
    const selection = cell.select((runner) => this.#guardsOf(runner), this.#held !== null);
    this.#concern.selection = cell.selection;
    for (const [place, runner] of cell.runners.entries()) {
      runner.seal?.(this.#held === null ? null : { place, held: this.#held, waiting: selection.waiting });
    }
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
    if (!this.enters(row.data)) return -1;
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
    const known = this.slots.find(key, this.#cells.entered!.space);
    if (known === -1) return this.#concern.isOfAnyKey ? this.#claimOwn(key) : -1;
    return this.#concern.isOfSlot(known) ? known : -1;
  }

  /** `concernedSlotOf` a key of one part. */
  concernedSlotOfOne(part: Value): number {
    const known = this.slots.findOne(part, this.#cells.entered!.space);
    if (known === -1) return this.#concern.isOfAnyKey ? this.#claimOwn([part]) : -1;
    return this.#concern.isOfSlot(known) ? known : -1;
  }

  /** An event passed the filter and has no key. */
  missKey(): void {
    this.#cells.entered!.missed.count++;
  }

  /** The slot of a key, a new one where it has none, −1 where it is another shard's; of groups all of whose rules have to see the event. */
  slotOf(key: readonly Value[]): number {
    const known = this.slots.find(key, this.#cells.entered!.space);
    return known === -1 ? this.#claimOwn(key) : known;
  }

  /** `slotOf` of a key of one part. */
  slotOfOne(part: Value): number {
    const known = this.slots.findOne(part, this.#cells.entered!.space);
    return known === -1 ? this.#claimOwn([part]) : known;
  }

  /** A slot for a key of a cell that has none; −1 where it has one. */
  claim(cell: GroupCell, key: readonly Value[]): number {
    cell.residence?.claims(key);
    const slot = cell.slots.add(key);
    if (slot !== -1) this.#cells.claimed(slot, cell);
    if (slot >= this.#capacity) this.#grow(slot + 1);
    this.records.need(slot);
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
    if (this.looksBefore && this.openCount.get(slot) !== 0) this.lookBefore(slot, t);
    this.setCurrent(slot, row);
    this.times?.push(slot, t);
    this.history.add(slot, context);
    for (const window of this.windows) window.leave(slot, t);
    this.ring?.add(slot, t, context);
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
    this.touch(slot);
    const idle = this.#idle!;
    if (t >= idle.due && idle.sweep(t)) this.tidy();
  }

  /** Something of the key may change. */
  touch(slot: number): void {
    // Of many cells each look at one more object would be a look at memory that is not near by.
    if (this.notesChanges) this.cellAt(slot).state.touch(slot);
  }

  /** How long after its newest event a key begins anew with the next one; `Infinity` where that is seen to otherwise, or never is. */
  get staleMs(): number {
    return this.#staleMs;
  }

  /** Forgets what is kept of a key whose EXPIRE is over, now that its next event is here. */
  beginAnew(slot: number): void {
    if (this.newestTime.get(slot) !== -Infinity) this.#clear(slot);
  }

  /** Evaluates with the windows at `t` and no current event; what leaves at `t` itself stays for the look before an event at `t`. */
  lookAt(slot: number, t: number, evaluate: () => void): void {
    this.setContext(slot);
    for (const window of this.windows) window.dropNoting(slot, t);
    evaluate();
  }

  /** Runs the rules that an event, just added, may concern. */
  runRules(slot: number, row: Row): void {
    const { runners, selection, run } = this.cellAt(slot);
    if (selection === null && run !== null) {
      run(slot, row);
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
    const { runners, selection } = this.cellAt(slot);
    if (selection === null) {
      for (const runner of runners) visit(runner);
      return;
    }
    const count = selection.select(row, slot);
    for (let i = 0; i < count; i++) visit(runners[selection.at(i)]!);
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
    this.touch(slot);
    this.evaluating = slot;
    context.row = this.newest(slot);
    context.slot = slot;
    context.keys = this;
    context.current = false;
  }

  /** Forgets a key: nothing is left of it, here or where it is stored. */
  forget(slot: number): void {
    const key = this.keyAt(slot);
    const cell = this.cellAt(slot);
    cell.state.forgets(key);
    cell.residence?.forgets(key);
    this.dismiss(slot);
  }

  /** The rules that see the events of a key. */
  runnersAt(slot: number): readonly RuleRunner[] {
    return this.cellAt(slot).runners;
  }

  /** Whether something is due for the key later, without an event of it. */
  holds(slot: number): boolean {
    if (this.#expiry !== null && this.#expiry.at(slot) !== Infinity) return true;
    return this.runnersAt(slot).some((runner) => runner.holds === undefined || runner.holds(slot));
  }

  /** Drops what is kept of a key in memory, and nothing where it is stored. */
  dismiss(slot: number): void {
    this.#clear(slot);
    // Where it is listed as changed it may be of another key, and of another cell, by the time the list is looked at.
    this.dirtyField.set(slot, 0);
    this.cellAt(slot).slots.free(slot);
  }

  /** Forgets a key of which a rule has just dropped what it kept, if nothing else is kept of it. */
  release(slot: number): void {
    this.#idle!.release(slot);
  }

  /** Forgets a key if it has no live state. */
  forgetIfIdle(slot: number): void {
    this.#idle!.look(slot);
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
    return this.claim(this.#cells.entered!, [...key]);
  }

  /** The rules with an episode that may close look at their windows as they were just before an event at `t`. */
  lookBefore(slot: number, t: number): void {
    const runners = this.runnersAt(slot);
    if (!runners.some((runner) => runner.looksBefore(slot, t))) return;
    for (const window of this.windows) window.lookBefore(slot, t);
    this.setContext(slot);
    for (const runner of runners) if (runner.looksBefore(slot, t)) runner.lookBefore(slot, t);
  }

  /** Drops what windows do not hold just before an instant, and what none of them will look at again. */
  dropBefore(slot: number, t: number): void {
    for (const window of this.windows) window.lookBefore(slot, t);
    this.ring?.release(slot, t);
  }

  #clear(slot: number): void {
    const runners = this.runnersAt(slot);
    if (this.#held === null) for (const runner of runners) runner.forget(slot);
    else {
      const held = this.#held.at(slot);
      // Each goes from the list as it forgets.
      for (let i = held.length - 1; i >= 0; i--) runners[held[i]!]!.forget(slot);
    }
    for (const window of this.windows) window.reset(slot);
    this.ring?.clear(slot);
    this.times?.reset(slot);
    this.history.reset(slot);
    this.#rows.forget(slot);
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
