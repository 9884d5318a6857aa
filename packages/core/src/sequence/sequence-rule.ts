import type { Group } from "../engine/group.ts";
import type { Branch, RuleOutput } from "../engine/rule-output.ts";
import { Concern, type RuleRunner } from "../engine/rule-runner.ts";
import type { Runtime } from "../engine/runtime.ts";
import { sortByKey } from "../engine/sort-slots.ts";
import type { RulePlan } from "../plan.ts";
import type { EventData, Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { FloatField } from "../window/records.ts";
import { entry, isComplete, take } from "./advance.ts";
import type { BoundScope } from "./bound-scope.ts";
import { EventTest } from "./event-test.ts";
import { offerToEveryCombination } from "./every-combination.ts";
import { Lanes } from "./lanes.ts";
import { type LiveRun, type PartialMatches, partialMatchesOf } from "./partial-match.ts";
import { Run } from "./run.ts";
import { RunStore } from "./run-store.ts";
import { RunTimers } from "./run-timers.ts";
import { bitsOf, type Steps } from "./step.ts";
import { TakenLog } from "./taken-log.ts";

export interface SequenceOptions {
  readonly steps: Steps;
  readonly scope: BoundScope;
  readonly mode: "default" | "each" | "latest" | "all";
  /** Runs of a key that may live: where they do, the oldest is dropped, or with MATCH ALL no new one is made. */
  readonly limit: number;
  readonly withinMs: number | null;
}

/** Runs that no absence waits for are freed up to this part of their WITHIN later: keys then share the instants of their timers. */
const laterBy = 16;

/**
 * A rule evaluated when a run of its steps completes: SEQUENCE.
 *
 * Time    at the event that completes a run; absence at the first event + WITHIN. What is over by then is gone before an event of that time.
 * State   the runs of each key, with the events they bound; a timer frees those of keys that fall silent.
 * Source  Wu, Diao, Rizvi: "High-Performance Complex Event Processing over Streams", SIGMOD 2006 (runs); the skip strategies of
 *         Agrawal et al., "Efficient Pattern Matching over Event Streams", SIGMOD 2008.
 */
export class SequenceRule implements RuleRunner {
  readonly index: number;
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
  readonly #newestStart: FloatField;
  /** Before that time no run of a key is over. */
  readonly #overAt: FloatField;
  /** Events processed so far, to tell what began before what. */
  #position = 0;
  /** The run that is being tried, for explanations. */
  #tried: Run | null = null;

  constructor(
    runtime: Runtime,
    index: number,
    group: Group,
    output: RuleOutput,
    branches: readonly Branch[],
    options: SequenceOptions,
  ) {
    this.#runtime = runtime;
    this.index = index;
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
    this.#newestStart = new FloatField(group.records, -Infinity);
    this.#overAt = new FloatField(group.records, Infinity);
    this.#firstBits = firstBits(steps);
    this.#inOrder = options.mode === "all" || steps.members.every(({ perhaps }) => !perhaps);
    const grainMs = steps.absence || this.#withinMs === Infinity ? 1 : Math.ceil(this.#withinMs / laterBy);
    this.#timers = new RunTimers(runtime.timers, index, grainMs, (time, slots) => this.#expire(time, slots));
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
    return this.#matters(slot, this.test.mask());
  }

  onEvent(slot: number, t: number): void {
    this.output.observer?.event();
    const mask = this.test.mask();
    const begins = (mask & this.#firstBits) !== 0;
    const position = ++this.#position;
    if (!begins && !this.#matters(slot, mask)) return;
    if (t >= this.#overAt.get(slot)) this.#dropOver(slot, t);
    const matched = this.#runs.count(slot) === 0 ? null : this.#settle(this.#offer(slot, mask, position), t);
    if (matched !== null && this.#mode !== "each" && this.#mode !== "all") this.#runs.clear(slot);
    else if (begins) this.#begin(slot, t, position);
    if (this.#runs.count(slot) === 0) this.#settled(slot);
  }

  canForget(slot: number): boolean {
    if (this.#runs.count(slot) === 0) return true;
    return !this.#steps.absence && this.#newestStart.get(slot) + this.#withinMs <= this.#runtime.clock.now;
  }

  forget(slot: number): void {
    this.#runs.clear(slot);
  }

  grow(capacity: number): void {
    this.#runs.grow(capacity);
  }

  shrink(size: number): void {
    this.#runs.shrink(size);
    this.#timers.shrink(size);
  }

  /** Runs that wait only for the end of a trailing NOT. */
  pending(): number {
    if (!this.#steps.absence) return 0;
    let waiting = 0;
    for (const slot of this.#group.slots.liveSlots()) {
      for (const run of this.#runs.all(slot)) if (isComplete(this.#steps, run)) waiting++;
    }
    return waiting;
  }

  partialMatches(rule: RulePlan, limit: number): PartialMatches {
    const { now } = this.#runtime.clock;
    const live: LiveRun[] = [];
    this.#group.sweepAll();
    for (const slot of this.#group.slots.liveSlots()) {
      if (this.#runs.count(slot) === 0) continue;
      // Those that are over are freed a little later.
      for (const run of this.#runs.all(slot)) {
        if (now - run.startedAt < this.#withinMs) live.push({ key: this.#group.keyAt(slot), run });
      }
    }
    return partialMatchesOf(rule, this.#steps, this.#withinMs, live, limit);
  }

  partialMatchCount(): number {
    return this.#runs.live.reduce((sum, count) => sum + count, 0);
  }

  save(slot: number, out: ByteWriter): void {
    const isLive = this.#runs.count(slot) > 0;
    out.boolean(isLive);
    if (!isLive) return;
    out.float(this.#newestStart.get(slot));
    this.#runs.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    if (!input.boolean()) return;
    this.#newestStart.set(slot, input.float());
    this.#runs.load(slot, input);
    this.#settled(slot);
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
  #offer(slot: number, mask: number, position: number): readonly Run[] {
    const row = this.#row();
    if (this.#mode !== "all") return this.#lanes.offer(slot, mask, row, position);
    const { accepts } = this.test;
    const { completed, limited } = offerToEveryCombination(
      this.#steps,
      accepts,
      this.#runs,
      slot,
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
  #begin(slot: number, t: number, position: number): void {
    const place = entry(this.#steps.steps, 0, null, this.test.accepts);
    if (place === null) return;
    const row = this.#row();
    const run = new Run(t, position, place.step);
    this.#newestStart.set(slot, t);
    const before = this.#runs.count(slot);
    const isFull = before >= this.#limit;
    if (before === 0) this.#isOverAt(slot, t + this.#withinMs);
    if (this.#mode === "all") {
      take(this.#steps, run, place, row, position);
      if (!this.#steps.absence && isComplete(this.#steps, run)) this.#tries(run, t, row);
      else if (isFull) this.output.counts.limited++;
      else this.#runs.add(0, slot, run);
    } else if (this.#lanes.begin(slot, run, place, row, position)) {
      if (this.#tries(run, t, row) && this.#mode !== "each") this.#runs.clear(slot);
    } else if (isFull) {
      this.output.counts.limited++;
      this.#remove(slot, this.#runs.oldest(slot, this.#inOrder)!);
    }
  }

  /** Whether an event of this mask may be anything to some run of the key. */
  #matters(slot: number, mask: number): boolean {
    if (this.#runs.count(slot) === 0) return false;
    if (this.#mode === "all") return true;
    const { plans } = this.#lanes;
    for (let step = 0; step < plans.length; step++) {
      const { interest, strict } = plans[step]!;
      if ((strict || (mask & interest) !== 0) && this.#runs.has(step, slot)) return true;
    }
    return false;
  }

  /** Runs of age WITHIN are over: those that waited only for the end of a trailing NOT match. */
  #expire(time: number, slots: number[]): void {
    // Where nothing fires the order does not matter.
    const inOrder = this.#steps.absence ? sortByKey(slots, (s) => this.#group.keyAt(s)) : slots;
    for (const slot of inOrder) {
      if (this.#runs.count(slot) === 0) continue;
      this.#group.setContext(slot);
      this.#dropOver(slot, time);
      if (this.#runs.count(slot) === 0) this.#group.release(slot);
    }
  }

  /** Drops the runs that are over at a time, oldest first. */
  #dropOver(slot: number, time: number): void {
    for (;;) {
      const run = this.#runs.oldest(slot, this.#inOrder);
      if (run === null || time - run.startedAt < this.#withinMs) break;
      this.#remove(slot, run);
      if (!this.#steps.absence || !isComplete(this.#steps, run) || !this.#tries(run, time, run.last())) continue;
      if (this.#mode === "each" || this.#mode === "all") continue;
      const { lastBound } = run;
      this.#runs.keep(slot, (other) => other.began > lastBound);
    }
    this.#settled(slot);
  }

  #remove(slot: number, run: Run): void {
    this.#runs.remove(this.#mode === "all" ? 0 : run.step, slot, run);
  }

  /** What is left of the runs of a key is over some time. */
  #settled(slot: number): void {
    const oldest = this.#runs.oldest(slot, this.#inOrder);
    if (oldest !== null) this.#isOverAt(slot, oldest.startedAt + this.#withinMs);
    else {
      this.#runs.dropLogs(slot);
      this.#overAt.clear(slot);
    }
  }

  #isOverAt(slot: number, time: number): void {
    this.#overAt.set(slot, time);
    if (time !== Infinity) this.#timers.set(slot, time);
  }
}

/** The members that a run may begin with: optional first steps may be passed over. */
function firstBits({ steps }: Steps): number {
  const required = steps.findIndex(({ min }) => min > 0);
  return bitsOf(steps.slice(0, required + 1).flatMap(({ members }) => members));
}
