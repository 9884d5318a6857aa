import type { Group } from "../engine/group.ts";
import type { Branch, RuleOutput } from "../engine/rule-output.ts";
import { Concern, type RuleRunner } from "../engine/rule-runner.ts";
import type { Runtime } from "../engine/runtime.ts";
import { sortByKey } from "../engine/sort-slots.ts";
import type { EventData, Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { entry, isComplete, take } from "./advance.ts";
import type { BoundScope } from "./bound-scope.ts";
import { EventTest } from "./event-test.ts";
import { offerToEveryCombination } from "./every-combination.ts";
import { KeyRuns, Lane } from "./lane.ts";
import { Lanes } from "./lanes.ts";
import { Run } from "./run.ts";
import { RunTimers } from "./run-timers.ts";
import { bitsOf, type Steps } from "./step.ts";

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
  readonly #test: EventTest;
  readonly #lanes: Lanes;
  readonly #firstBits: number;
  /** Whether older runs always went at least as far, so that the oldest stands first somewhere. */
  readonly #inOrder: boolean;
  /** By slot. */
  #keys: (KeyRuns | undefined)[] = [];
  #liveKeys = 0;
  /** Live runs by step. */
  readonly #live: number[];
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
    this.#test = new EventTest(runtime, scope, steps.members);
    this.#lanes = new Lanes(steps, this.#test.accepts, (alias) => runtime.explain || scope.readWhole.has(alias));
    this.#firstBits = firstBits(steps);
    this.#inOrder = options.mode === "all" || steps.members.every(({ perhaps }) => !perhaps);
    this.#live = steps.steps.map(() => 0);
    const grainMs = steps.absence || this.#withinMs === Infinity ? 1 : Math.ceil(this.#withinMs / laterBy);
    this.#timers = new RunTimers(runtime.timers, index, grainMs, (time, slots) => this.#expire(time, slots));
  }

  looksBefore(): boolean {
    return false;
  }

  lookBefore(): void {}

  /** A test of the event alone, so that most events cost no look-up of their key. */
  concern(): Concern {
    const mask = this.#test.mask();
    if ((mask & this.#firstBits) !== 0) return Concern.anyKey;
    if (this.#liveKeys === 0) return Concern.nothing;
    // The runs of MATCH ALL are not told apart by their step.
    if (this.#mode === "all") return Concern.knownKey;
    const { plans } = this.#lanes;
    for (let step = 0; step < plans.length; step++) {
      const { interest, strict } = plans[step]!;
      if (this.#live[step]! > 0 && (strict || (mask & interest) !== 0)) return Concern.knownKey;
    }
    return Concern.nothing;
  }

  onEvent(slot: number, t: number): void {
    this.output.observer?.event();
    const mask = this.#test.mask();
    const begins = (mask & this.#firstBits) !== 0;
    const position = ++this.#position;
    const known = this.#keys[slot];
    if (!begins && (known === undefined || !this.#matters(known, mask))) return;
    const key = known ?? new KeyRuns(this.#steps.steps.length);
    this.#count(key, -1);
    this.#dropOver(key, t);
    const matched = key.isEmpty ? null : this.#settle(this.#offer(key, mask, position), t);
    if (matched !== null && this.#mode !== "each" && this.#mode !== "all") key.clear();
    else if (begins) this.#begin(key, t, position);
    this.#settled(key, slot);
  }

  canForget(slot: number): boolean {
    const key = this.#keys[slot];
    if (key === undefined) return true;
    if (this.#steps.absence) return false;
    return key.newestStart + this.#withinMs <= this.#runtime.clock.now;
  }

  forget(slot: number): void {
    const key = this.#keys[slot];
    if (key === undefined) return;
    this.#count(key, -1);
    this.#drop(slot);
  }

  grow(): void {}

  shrink(size: number): void {
    this.#timers.shrink(size);
  }

  /** Runs that wait only for the end of a trailing NOT. */
  pending(): number {
    if (!this.#steps.absence) return 0;
    let waiting = 0;
    for (const key of this.#keys) {
      if (key === undefined) continue;
      for (const run of key.all()) if (isComplete(this.#steps, run)) waiting++;
    }
    return waiting;
  }

  save(slot: number, out: ByteWriter): void {
    const key = this.#keys[slot];
    out.boolean(key !== undefined);
    key?.save(out);
  }

  load(slot: number, input: ByteReader): void {
    if (!input.boolean()) return;
    const key = KeyRuns.load(input, this.#steps.steps.length, (step) =>
      this.#mode === "all" ? new Lane(null) : this.#lanes.makeLane(step),
    );
    this.#put(key, slot);
    this.#count(key, 1);
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

  /** Offers the event to the runs of a key; gives those that it completed, oldest first. */
  #offer(key: KeyRuns, mask: number, position: number): readonly Run[] {
    if (this.#mode !== "all") return this.#lanes.offer(key, mask, this.#row(), position);
    const lane = key.lanes[0]!;
    const { accepts } = this.#test;
    const { completed, limited } = offerToEveryCombination(
      this.#steps,
      accepts,
      lane,
      this.#limit,
      this.#row(),
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
  #begin(key: KeyRuns, t: number, position: number): void {
    const place = entry(this.#steps.steps, 0, null, this.#test.accepts);
    if (place === null) return;
    const row = this.#row();
    const run = new Run(t, position, place.step);
    key.newestStart = t;
    const isFull = key.count >= this.#limit;
    if (this.#mode === "all") {
      take(this.#steps, run, place, row, position);
      if (!this.#steps.absence && isComplete(this.#steps, run)) this.#tries(run, t, row);
      else if (isFull) this.output.counts.limited++;
      else (key.lanes[0] ??= new Lane(null)).push(run);
    } else if (this.#lanes.begin(key, run, place, row, position)) {
      if (this.#tries(run, t, row) && this.#mode !== "each") key.clear();
    } else if (isFull) {
      this.output.counts.limited++;
      this.#remove(key, key.oldest(this.#inOrder)!);
    }
  }

  /** Whether an event of this mask may be anything to some run of the key. */
  #matters({ lanes }: KeyRuns, mask: number): boolean {
    if (this.#mode === "all") return true;
    const { plans } = this.#lanes;
    for (let step = 0; step < lanes.length; step++) {
      const lane = lanes[step];
      if (lane === undefined || lane.count === 0) continue;
      const { interest, strict } = plans[step]!;
      if (strict || (mask & interest) !== 0) return true;
    }
    return false;
  }

  /** Runs of age WITHIN are over: those that waited only for the end of a trailing NOT match. */
  #expire(time: number, slots: number[]): void {
    // Where nothing fires the order does not matter.
    const inOrder = this.#steps.absence ? sortByKey(slots, (s) => this.#group.keyAt(s)) : slots;
    for (const slot of inOrder) {
      const key = this.#keys[slot];
      if (key === undefined) continue;
      this.#count(key, -1);
      this.#group.setContext(slot);
      this.#dropOver(key, time);
      this.#settled(key, slot);
      if (this.#keys[slot] === undefined) this.#group.release(slot);
    }
  }

  /** Drops the runs that are over at a time, oldest first. */
  #dropOver(key: KeyRuns, time: number): void {
    if (this.#withinMs === Infinity) return;
    for (;;) {
      const run = key.oldest(this.#inOrder);
      if (run === null || time - run.startedAt < this.#withinMs) return;
      this.#remove(key, run);
      if (!this.#steps.absence || !isComplete(this.#steps, run) || !this.#tries(run, time, run.last())) continue;
      if (this.#mode === "each" || this.#mode === "all") continue;
      const { lastBound } = run;
      for (const lane of key.lanes) lane?.keep((other) => other.began > lastBound);
    }
  }

  #remove(key: KeyRuns, run: Run): void {
    key.lanes[this.#mode === "all" ? 0 : run.step]!.drop(run);
  }

  /** Counts the runs of a key in or out: around each change of them. */
  #count(key: KeyRuns, sign: 1 | -1): void {
    const { lanes } = key;
    for (let step = 0; step < lanes.length; step++) {
      const lane = lanes[step];
      if (lane !== undefined) this.#live[step]! += sign * lane.count;
    }
  }

  /** Keeps what is left of the runs of a key. */
  #settled(key: KeyRuns, slot: number): void {
    if (key.isEmpty) {
      if (this.#keys[slot] !== undefined) this.#drop(slot);
      return;
    }
    this.#put(key, slot);
    this.#count(key, 1);
  }

  #put(key: KeyRuns, slot: number): void {
    if (this.#keys[slot] === undefined) {
      while (this.#keys.length < slot) this.#keys.push(undefined);
      this.#keys[slot] = key;
      this.#liveKeys++;
    }
    if (this.#withinMs !== Infinity) this.#timers.set(slot, key.oldest(this.#inOrder)!.startedAt + this.#withinMs);
  }

  #drop(slot: number): void {
    this.#keys[slot] = undefined;
    if (--this.#liveKeys === 0) this.#keys = [];
  }
}

/** The members that a run may begin with: optional first steps may be passed over. */
function firstBits({ steps }: Steps): number {
  const required = steps.findIndex(({ min }) => min > 0);
  return bitsOf(steps.slice(0, required + 1).flatMap(({ members }) => members));
}
