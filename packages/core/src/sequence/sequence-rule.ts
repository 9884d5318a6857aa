import type { Group } from "../engine/group.ts";
import type { Branch, RuleOutput } from "../engine/rule-output.ts";
import type { RulePosition } from "../engine/rule-position.ts";
import { Concern, type ManyRules, type RuleRunner } from "../engine/rule-runner.ts";
import type { Runtime } from "../engine/runtime.ts";
import { sortByKey } from "../engine/sort-slots.ts";
import type { RulePlan } from "../plan.ts";
import type { EventData, Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { FloatField, Records } from "../window/records.ts";
import { entry, isComplete, take } from "./advance.ts";
import type { BoundScope } from "./bound-scope.ts";
import { EventTest } from "./event-test.ts";
import { offerToEveryCombination } from "./every-combination.ts";
import { Lanes } from "./lanes.ts";
import { OwnSlots } from "./own-slots.ts";
import { type LiveRun, type PartialMatches, partialMatchesOf } from "./partial-match.ts";
import { Run } from "./run.ts";
import { RunStore } from "./run-store.ts";
import { RunTimers } from "./run-timers.ts";
import { bitsOf, firstMembers, type Steps } from "./step.ts";
import type { StepGuards } from "./step-guards.ts";
import { TakenLog } from "./taken-log.ts";

export interface SequenceOptions {
  readonly steps: Steps;
  readonly guards: StepGuards;
  readonly scope: BoundScope;
  readonly mode: "default" | "each" | "latest" | "all";
  /** Runs of a key that may live: where they do, the oldest is dropped, or with MATCH ALL no new one is made. */
  readonly limit: number;
  readonly withinMs: number | null;
}

/** Runs that no absence waits for are freed up to this part of their WITHIN later: keys then share the instants of their timers. */
const laterBy = 16;
/** Places that one of many rules begins with. */
const firstPlaces = 4;
/** As long as no key has runs, more places than these are given back. */
const mostSparePlaces = 1024;

/**
 * A rule evaluated when a run of its steps completes: SEQUENCE.
 *
 * Time    at the event that completes a run; absence at the first event + WITHIN. What is over by then is gone before an event of that time.
 * State   the runs of each key, with the events they bound; a timer frees those of keys that fall silent.
 * Source  Wu, Diao, Rizvi: "High-Performance Complex Event Processing over Streams", SIGMOD 2006 (runs); the skip strategies of
 *         Agrawal et al., "Efficient Pattern Matching over Event Streams", SIGMOD 2008.
 */
export class SequenceRule implements RuleRunner {
  readonly position: RulePosition;
  readonly output: RuleOutput;
  readonly #runtime: Runtime;
  readonly #group: Group;
  readonly #branches: readonly Branch[];
  readonly #steps: Steps;
  readonly #scope: BoundScope;
  readonly #mode: SequenceOptions["mode"];
  readonly #limit: number;
  readonly #withinMs: number;
  readonly #timers: RunTimers;
  /** Which steps an event satisfies. */
  readonly test: EventTest;
  readonly #lanes: Lanes;
  readonly #firstBits: number;
  /** Whether older runs always went at least as far, so that the oldest stands first somewhere. */
  readonly #inOrder: boolean;
  readonly #runs: RunStore;
  /** When the newest run of a key began, whether it still lives or not. */
  #newestStart!: FloatField;
  /** Before that time no run of a key is over. */
  #overAt!: FloatField;
  readonly #guards: StepGuards;
  /** What it is told where it is one of many. */
  #many: ManyRules | null = null;
  /** Where it is, the places of the keys that have runs, and what is kept of each; else places are slots of the group. */
  readonly #own = new OwnSlots();
  readonly #ownRecords = new Records();
  #ownCapacity = 0;
  /** Events processed so far, to tell what began before what. */
  #position = 0;
  /** The run that is being tried, for explanations. */
  #tried: Run | null = null;

  constructor(
    runtime: Runtime,
    position: RulePosition,
    group: Group,
    output: RuleOutput,
    branches: readonly Branch[],
    options: SequenceOptions,
  ) {
    this.#runtime = runtime;
    this.position = position;
    this.#group = group;
    this.output = output;
    this.#branches = branches;
    const { steps, scope } = options;
    this.#steps = steps;
    this.#scope = scope;
    this.#mode = options.mode;
    this.#limit = options.limit;
    this.#withinMs = options.withinMs ?? Infinity;
    this.test = new EventTest(runtime, scope, steps.members);
    this.#runs = new RunStore(steps.steps.length, (step) => this.#makeLog(step));
    this.#lanes = new Lanes(steps, this.test.accepts, this.#runs);
    this.#guards = options.guards;
    this.#firstBits = bitsOf(firstMembers(steps));
    this.#inOrder = options.mode === "all" || steps.members.every(({ perhaps }) => !perhaps);
    const grainMs = steps.absence || this.#withinMs === Infinity ? 1 : Math.ceil(this.#withinMs / laterBy);
    this.#timers = new RunTimers(runtime.timers, position, grainMs, (time, places) => this.#expire(time, places));
  }

  get guards(): StepGuards["guards"] {
    return this.#guards.guards;
  }

  seal(many: ManyRules | null): void {
    this.#many = many;
    const records = many === null ? this.#group.records : this.#ownRecords;
    this.#newestStart = new FloatField(records, -Infinity);
    this.#overAt = new FloatField(records, Infinity);
  }

  looksBefore(): boolean {
    return false;
  }

  lookBefore(): void {}

  /** A test of the event alone, so that most events cost no look-up of their key. */
  concern(): Concern {
    const mask = this.test.mask();
    if ((mask & this.#firstBits) !== 0) return Concern.anyKey;
    if (this.#runs.keys === 0) return Concern.nothing;
    // The runs of MATCH ALL are not told apart by their step.
    if (this.#mode === "all") return Concern.knownKey;
    const { plans } = this.#lanes;
    for (let step = 0; step < plans.length; step++) {
      const { interest, strict } = plans[step]!;
      if (this.#runs.live[step]! > 0 && (strict || (mask & interest) !== 0)) return Concern.knownKey;
    }
    return Concern.nothing;
  }

  concerns(slot: number): boolean {
    const place = this.#placeOf(slot);
    return place !== -1 && this.#matters(place, this.test.mask());
  }

  onEvent(slot: number, t: number): void {
    this.output.observer?.event();
    const mask = this.test.mask();
    const begins = (mask & this.#firstBits) !== 0;
    const position = ++this.#position;
    let place = this.#placeOf(slot);
    if (!begins && (place === -1 || !this.#matters(place, mask))) return;
    if (place === -1) place = this.#claim(slot);
    if (t >= this.#overAt.get(place)) this.#dropOver(place, t);
    const matched = this.#runs.count(place) === 0 ? null : this.#settle(this.#offer(place, mask, position), t);
    if (matched !== null && this.#mode !== "each" && this.#mode !== "all") this.#runs.clear(place);
    else if (begins) this.#begin(place, t, position);
    if (this.#runs.count(place) === 0) this.#release(place);
  }

  canForget(slot: number): boolean {
    const place = this.#placeOf(slot);
    if (place === -1 || this.#runs.count(place) === 0) return true;
    return !this.#steps.absence && this.#newestStart.get(place) + this.#withinMs <= this.#runtime.clock.now;
  }

  forget(slot: number): void {
    const place = this.#placeOf(slot);
    if (place === -1) return;
    this.#runs.clear(place);
    this.#free(place);
  }

  grow(capacity: number): void {
    if (this.#many === null) this.#runs.grow(capacity);
  }

  shrink(size: number): void {
    if (this.#many !== null) return;
    this.#runs.shrink(size);
    this.#timers.shrink(size);
  }

  /** Runs that wait only for the end of a trailing NOT. */
  pending(): number {
    if (!this.#steps.absence) return 0;
    let waiting = 0;
    for (const slot of this.#group.slots.liveSlots()) {
      const place = this.#placeOf(slot);
      if (place === -1) continue;
      for (const run of this.#runs.all(place)) if (isComplete(this.#steps, run)) waiting++;
    }
    return waiting;
  }

  partialMatches(rule: RulePlan, limit: number): PartialMatches {
    const { now } = this.#runtime.clock;
    const live: LiveRun[] = [];
    this.#group.sweepAll();
    for (const slot of this.#group.slots.liveSlots()) {
      const place = this.#placeOf(slot);
      if (place === -1 || this.#runs.count(place) === 0) continue;
      // Those that are over are freed a little later.
      for (const run of this.#runs.all(place)) {
        if (now - run.startedAt < this.#withinMs) live.push({ key: this.#group.keyAt(slot), run });
      }
    }
    return partialMatchesOf(rule, this.#steps, this.#withinMs, live, limit);
  }

  partialMatchCount(): number {
    return this.#runs.live.reduce((sum, count) => sum + count, 0);
  }

  /** Nothing of a slot without runs. */
  save(slot: number, out: ByteWriter): void {
    const place = this.#placeOf(slot);
    const isLive = place !== -1 && this.#runs.count(place) > 0;
    if (!isLive) return;
    out.float(this.#newestStart.get(place));
    this.#runs.save(place, out);
  }

  load(slot: number, input: ByteReader): void {
    const place = this.#many === null ? slot : this.#claim(slot);
    this.#newestStart.set(place, input.float());
    this.#runs.load(place, input);
    this.#settled(place);
  }

  saveShared(out: ByteWriter): void {
    out.uint(this.#position);
  }

  loadShared(input: ByteReader): void {
    this.#position = input.uint();
  }

  /** The events of the run that matched, by alias. */
  explained(): Readonly<Record<string, readonly EventData[]>> {
    const rows = this.#tried?.byAlias() ?? new Map<string, Row[]>();
    return Object.fromEntries([...rows].map(([alias, bound]) => [alias, bound.slice(-100).map((row) => row.raw)]));
  }

  #row(): Row {
    const { row } = this.#runtime.context;
    if (row === null) throw new Error("a sequence was given no event");
    return row;
  }

  /** What the runs of a key share at a step that takes the same events for all of them; `null` of other steps. */
  #makeLog(step: number): TakenLog | null {
    if (this.#mode === "all" || this.#lanes.plans[step]!.takes !== "shared") return null;
    const { alias } = this.#steps.steps[step]!.members[0]!;
    return new TakenLog(this.#runtime.explain || this.#scope.readWhole.has(alias));
  }

  /** Offers the event to the runs of a key; gives those that it completed, oldest first. */
  #offer(place: number, mask: number, position: number): readonly Run[] {
    const row = this.#row();
    if (this.#mode !== "all") return this.#lanes.offer(place, mask, row, position);
    const { accepts } = this.test;
    const { completed, limited } = offerToEveryCombination(
      this.#steps,
      accepts,
      this.#runs,
      place,
      this.#limit,
      row,
      position,
    );
    this.output.counts.limited += limited;
    return completed;
  }

  /** Tries the runs that an event completed; the match (the last one of several) or `null`. */
  #settle(completed: readonly Run[], t: number): Run | null {
    if (completed.length === 0) return null;
    let matched: Run | null = null;
    for (const run of this.#mode === "latest" ? completed.toReversed() : completed) {
      if (!this.#tries(run, t, this.#row())) continue;
      matched = run;
      if (this.#mode === "default" || this.#mode === "latest") break;
    }
    return matched;
  }

  /** Whether a completed run, of which the last event bound is given, is a match: the first branch whose WHEN is TRUE fires. */
  #tries(run: Run, at: number, last: Row | null): boolean {
    const { context } = this.#runtime;
    const before = context.row;
    this.#scope.run = run;
    this.#tried = run;
    context.row = last;
    const branch = this.#branches.find((b) => b.when === null || b.when(context) === true);
    if (branch !== undefined) this.output.fire(branch, at);
    context.row = before;
    return branch !== undefined;
  }

  /** Starts a run, if the event does. */
  #begin(place: number, t: number, position: number): void {
    const first = entry(this.#steps.steps, 0, null, this.test.accepts);
    if (first === null) return;
    const row = this.#row();
    const run = new Run(t, position, first.step);
    this.#newestStart.set(place, t);
    const before = this.#runs.count(place);
    const isFull = before >= this.#limit;
    if (before === 0) this.#isOverAt(place, t + this.#withinMs);
    if (this.#mode === "all") {
      take(this.#steps, run, first, row, position);
      if (!this.#steps.absence && isComplete(this.#steps, run)) this.#tries(run, t, row);
      else if (isFull) this.output.counts.limited++;
      else this.#runs.add(0, place, run);
    } else if (this.#lanes.begin(place, run, first, row, position)) {
      if (this.#tries(run, t, row) && this.#mode !== "each") this.#runs.clear(place);
    } else if (isFull) {
      this.output.counts.limited++;
      this.#remove(place, this.#runs.oldest(place, this.#inOrder)!);
    }
  }

  /** Whether an event of this mask may be anything to some run of the key. */
  #matters(place: number, mask: number): boolean {
    if (this.#runs.count(place) === 0) return false;
    if (this.#mode === "all") return true;
    const { plans } = this.#lanes;
    for (let step = 0; step < plans.length; step++) {
      const { interest, strict } = plans[step]!;
      if ((strict || (mask & interest) !== 0) && this.#runs.has(step, place)) return true;
    }
    return false;
  }

  /** Runs of age WITHIN are over: those that waited only for the end of a trailing NOT match. */
  #expire(time: number, due: readonly number[]): void {
    const places = due.filter((place) => this.#runs.count(place) > 0);
    // Where nothing fires the order does not matter.
    const inOrder = this.#steps.absence ? sortByKey(places, (place) => this.#group.keyAt(this.#slotOf(place))) : places;
    for (const place of inOrder) {
      const slot = this.#slotOf(place);
      this.#group.setContext(slot);
      this.#dropOver(place, time);
      if (this.#runs.count(place) > 0) continue;
      this.#free(place);
      this.#group.release(slot);
    }
  }

  /** Drops the runs that are over at a time, oldest first. */
  #dropOver(place: number, time: number): void {
    for (;;) {
      const run = this.#runs.oldest(place, this.#inOrder);
      if (run === null || time - run.startedAt < this.#withinMs) break;
      this.#remove(place, run);
      if (!this.#steps.absence || !isComplete(this.#steps, run) || !this.#tries(run, time, run.last())) continue;
      if (this.#mode === "each" || this.#mode === "all") continue;
      const { lastBound } = run;
      this.#runs.keep(place, (other) => other.began > lastBound);
    }
    this.#settled(place);
  }

  #remove(place: number, run: Run): void {
    this.#runs.remove(this.#mode === "all" ? 0 : run.step, place, run);
  }

  /** What is left of the runs of a key is over some time. */
  #settled(place: number): void {
    const oldest = this.#runs.oldest(place, this.#inOrder);
    if (oldest !== null) this.#isOverAt(place, oldest.startedAt + this.#withinMs);
    else {
      this.#runs.dropLogs(place);
      this.#overAt.clear(place);
    }
  }

  #isOverAt(place: number, time: number): void {
    this.#overAt.set(place, time);
    if (time !== Infinity) this.#timers.set(place, time);
  }

  /** Where the runs of a slot of the group are; −1 where one of many rules has none of them. */
  #placeOf(slot: number): number {
    return this.#many === null ? slot : this.#own.find(slot);
  }

  #slotOf(place: number): number {
    return this.#many === null ? place : this.#own.slotOf(place);
  }

  /** A place for the runs of a slot that has none. */
  #claim(slot: number): number {
    const { place: rule, held, waiting } = this.#many!;
    const place = this.#own.claim(slot);
    held.add(slot, rule);
    if (this.#guards.waits) waiting.add(slot, rule);
    if (place < this.#ownCapacity) return place;
    this.#ownCapacity = Math.max(2 * this.#ownCapacity, firstPlaces);
    this.#ownRecords.grow(this.#ownCapacity);
    this.#runs.grow(this.#ownCapacity);
    return place;
  }

  /** No run of a place is left. */
  #release(place: number): void {
    this.#settled(place);
    this.#free(place);
  }

  #free(place: number): void {
    if (this.#many === null) return;
    const { place: rule, held, waiting } = this.#many;
    const slot = this.#own.slotOf(place);
    held.remove(slot, rule);
    if (this.#guards.waits) waiting.remove(slot, rule);
    this.#own.free(place);
    if (this.#own.live > 0 || this.#ownCapacity <= mostSparePlaces) return;
    this.#ownCapacity = 0;
    this.#runs.shrink(0);
    this.#timers.shrink(0);
    this.#ownRecords.shrink(0);
  }
}
