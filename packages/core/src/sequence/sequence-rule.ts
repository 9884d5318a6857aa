import type { Group } from "../engine/group.ts";
import type { Branch, RuleOutput } from "../engine/rule-output.ts";
import type { RuleRunner } from "../engine/rule-runner.ts";
import type { Runtime } from "../engine/runtime.ts";
import { sortByKey } from "../engine/sort-slots.ts";
import { Phase, SlotTimers } from "../engine/timers.ts";
import type { EventData, Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { type Accepts, entry, isComplete, outcome, take } from "./advance.ts";
import type { BoundScope } from "./bound-scope.ts";
import { Run } from "./run.ts";
import type { Member, Steps } from "./step.ts";

export interface SequenceOptions {
  readonly steps: Steps;
  readonly scope: BoundScope;
  readonly mode: "default" | "each" | "latest" | "all";
  /** Runs of a key that may live: where they do, the oldest is dropped, or with MATCH ALL no new one is made. */
  readonly limit: number;
  readonly withinMs: number | null;
}

const unknown = 0;
const accepted = 1;
const refused = 2;

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
  readonly #deadlines: SlotTimers;
  /** By slot, oldest first. */
  readonly #runs = new Map<number, Run[]>();
  /** Events processed so far, to tell what began before what. */
  #position = 0;
  /** What is known of the current event, by `Member.id`, for WHEREs that read no run. */
  readonly #known: Uint8Array;
  readonly #accepts: Accepts;
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
    this.#steps = options.steps;
    this.#scope = options.scope;
    this.#mode = options.mode;
    this.#limit = options.limit;
    this.#withinMs = options.withinMs ?? Infinity;
    this.#known = new Uint8Array(options.steps.memberCount);
    this.#accepts = (member, run) => this.#acceptsMember(member, run);
    this.#deadlines = new SlotTimers(runtime.timers, index, Phase.end, (time, slots) => this.#expire(time, slots));
  }

  looksBefore(): boolean {
    return false;
  }

  lookBefore(): void {}

  onEvent(slot: number, t: number): void {
    const position = ++this.#position;
    this.#known.fill(unknown);
    const runs = this.#runs.get(slot);
    if (runs === undefined) {
      const first = this.#begin(t, position);
      if (first !== null && !this.#completes(first, t)) this.#keep(slot, [first]);
      return;
    }
    if (!this.#steps.strict && !this.#matters()) return;
    const row = this.#row();
    const { live, complete } = this.#advance(runs, row, position);
    const matched = this.#settle(complete, t);
    const dropped = matched !== null && this.#mode !== "each" && this.#mode !== "all";
    const kept = dropped ? live.filter((run) => run.began > matched.lastBound) : live;
    if (matched === null || this.#mode === "each" || this.#mode === "all") this.#startAlso(kept, t, position);
    this.#keep(slot, kept);
  }

  canForget(slot: number): boolean {
    return !this.#runs.has(slot);
  }

  forget(slot: number): void {
    this.#runs.delete(slot);
    this.#deadlines.clear(slot);
  }

  grow(capacity: number): void {
    this.#deadlines.grow(capacity);
  }

  /** Runs that wait only for the end of a trailing NOT. */
  pending(): number {
    if (!this.#steps.absence) return 0;
    let waiting = 0;
    for (const runs of this.#runs.values()) for (const run of runs) if (isComplete(this.#steps, run)) waiting++;
    return waiting;
  }

  save(slot: number, out: ByteWriter): void {
    const runs = this.#runs.get(slot) ?? [];
    out.uint(runs.length);
    for (const run of runs) run.save(out);
  }

  load(slot: number, input: ByteReader): void {
    const runs: Run[] = [];
    for (let n = input.uint(); n > 0; n--) runs.push(Run.load(input));
    this.#keep(slot, runs);
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

  /** Whether the event can be anything to any run: it satisfies some step or NOT, or one whose WHERE depends on the run. */
  #matters(): boolean {
    for (const step of this.#steps.steps) {
      if (step.members.some((m) => this.#mayAccept(m)) || step.guards.some((m) => this.#mayAccept(m))) return true;
    }
    return false;
  }

  #mayAccept(member: Member): boolean {
    return member.dependent ? member.streams.includes(this.#row().stream) : this.#acceptsMember(member, null);
  }

  #acceptsMember(member: Member, run: Run | null): boolean {
    if (!member.dependent) {
      const known = this.#known[member.id];
      if (known !== unknown) return known === accepted;
    }
    const { context } = this.#runtime;
    let yes = member.streams.includes(this.#row().stream);
    if (yes && member.where !== null) {
      this.#scope.run = run;
      yes = member.where(context) === true;
    }
    if (!member.dependent) this.#known[member.id] = yes ? accepted : refused;
    return yes;
  }

  #advance(runs: readonly Run[], row: Row, position: number): { live: Run[]; complete: Run[] } {
    const live: Run[] = [];
    const complete: Run[] = [];
    const made: Run[] = [];
    let room = this.#limit - runs.length;
    for (const run of runs) {
      const what = outcome(this.#steps, run, this.#accepts);
      if (what === "dies") {
        room++;
        continue;
      }
      if (what === "stays") {
        live.push(run);
        continue;
      }
      let advanced = run;
      // Skip till any match: the run also stays as it was, unless it waits for the very next event.
      const also = this.#mode === "all" && !this.#waitsForNext(run);
      if (also) {
        live.push(run);
        advanced = run.clone();
      }
      take(this.#steps, advanced, what, row, position);
      if (!this.#steps.absence && isComplete(this.#steps, advanced)) {
        complete.push(advanced);
        if (!also) room++;
      } else if (this.#mode !== "all") live.push(advanced);
      else if (!also) made.push(advanced);
      else if (room > 0) {
        room--;
        made.push(advanced);
      } else this.output.counts.limited++;
    }
    // By start, then in the order in which they were made.
    if (made.length > 0) {
      live.push(...made);
      live.sort((a, b) => a.began - b.began);
    }
    return { live, complete };
  }

  #waitsForNext(run: Run): boolean {
    const { steps } = this.#steps;
    return run.taken >= steps[run.step]!.min && steps[run.step + 1]?.next === true;
  }

  /** Tries the runs that an event completed; the match (the last one of several) or `null`. */
  #settle(complete: readonly Run[], t: number): Run | null {
    let matched: Run | null = null;
    for (const run of this.#mode === "latest" ? complete.toReversed() : complete) {
      if (!this.#tries(run, t)) continue;
      matched = run;
      if (this.#mode === "default" || this.#mode === "latest") break;
    }
    return matched;
  }

  /** Whether a completed run is a match: the first branch whose WHEN is TRUE fires. */
  #tries(run: Run, at: number): boolean {
    const { context } = this.#runtime;
    const before = context.row;
    this.#scope.run = run;
    this.#tried = run;
    context.row = run.last();
    const branch = this.#branches.find((b) => b.when === null || b.when(context) === true);
    if (branch !== undefined) this.output.fire(branch, at);
    context.row = before;
    return branch !== undefined;
  }

  /** A run that the event starts, if it does. */
  #begin(t: number, position: number): Run | null {
    const place = entry(this.#steps.steps, 0, null, this.#accepts);
    if (place === null) return null;
    const run = new Run(t, position, place.step);
    take(this.#steps, run, place, this.#row(), position);
    return run;
  }

  /** Whether a run is complete, and so over, with the event that started it. */
  #completes(run: Run, t: number): boolean {
    if (this.#steps.absence || !isComplete(this.#steps, run)) return false;
    this.#tries(run, t);
    return true;
  }

  #startAlso(live: Run[], t: number, position: number): void {
    const run = this.#begin(t, position);
    if (run === null) return;
    if (!this.#steps.absence && isComplete(this.#steps, run)) {
      const matched = this.#tries(run, t);
      if (matched && this.#mode !== "each" && this.#mode !== "all") live.length = 0;
      return;
    }
    if (live.length >= this.#limit) {
      this.output.counts.limited++;
      if (this.#mode === "all") return;
      live.shift();
    }
    live.push(run);
  }

  /** Runs of age WITHIN are over: those that waited only for the end of a trailing NOT match. */
  #expire(time: number, slots: number[]): void {
    for (const slot of sortByKey(slots, (s) => this.#group.keyAt(s))) {
      const runs = this.#runs.get(slot) ?? [];
      this.#group.setContext(slot);
      let live = [...runs];
      for (const run of runs) {
        if (time - run.startedAt < this.#withinMs || !live.includes(run)) continue;
        live = live.filter((other) => other !== run);
        if (!this.#steps.absence || !isComplete(this.#steps, run) || !this.#tries(run, time)) continue;
        if (this.#mode !== "each" && this.#mode !== "all") live = live.filter((other) => other.began > run.lastBound);
      }
      this.#keep(slot, live);
    }
  }

  #keep(slot: number, runs: Run[]): void {
    if (runs.length === 0) {
      this.#runs.delete(slot);
      this.#deadlines.clear(slot);
      return;
    }
    this.#runs.set(slot, runs);
    if (this.#withinMs === Infinity) return;
    let oldest = Infinity;
    for (const run of runs) oldest = Math.min(oldest, run.startedAt);
    const due = oldest + this.#withinMs;
    if (this.#deadlines.at(slot) !== due) this.#deadlines.set(slot, due);
  }
}
