import { hash128 } from "../../engine/hash.ts";
import { DecoderUnavailableError } from "../contracts/decoder.ts";
import type { LogRecord } from "../contracts/log.ts";
import type { TaskPhase } from "../contracts/observer.ts";
import type { TaskStatus } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { fullJitter } from "../policy/backoff.ts";
import { sleep } from "../policy/sleep.ts";
import { Batch } from "./batch.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { PendingCommit, Taken } from "./committer.ts";
import { EvaluationError, Evaluator } from "./evaluator.ts";
import { haltOf, isFenced } from "./halt.ts";
import { Memory } from "./memory.ts";
import { recover, settle, type Start } from "./recovery.ts";
import { Residency } from "./residency.ts";
import { Signal } from "./signal.ts";
import { TaskInputs } from "./task-inputs.ts";
import type { TaskOptions } from "./task-options.ts";

/** Records evaluated before I/O gets its turn. */
const sliceRecords = 500;
/** The shortest wait after another owner took the task: time for this process to hear that it is no longer its own. */
const fencedMs = 1000;
/** So many times the events of a commit may be evaluated while the last one is under way. */
const waitingCommits = 4;
const firstBackoffMs = 100;
/** How often a task of several inputs looks whether one of them has been silent for long. */
const idleCheckMs = 250;

/** Thrown into what a task waits for when its deadline is over. */
class AbandonedError extends Error {
  override readonly name = "AbandonedError";
}

/**
 * One engine over the partitions with one number of the input topics: takes records, evaluates them, commits.
 *
 * A loop evaluates while a commit is under way; one commit at a time, made again with the same content until it is known to have
 * happened. Whatever fails, the task acquires again and goes on from what was committed, with its memory where that still stands there.
 *
 * Errors  what no retry can help goes to `onHalt`; everything else is retried, with waits of up to `maxBackoffMs`.
 */
export class Task {
  readonly #options: TaskOptions;
  readonly #rules: string;
  readonly #inputs: TaskInputs;
  readonly #residency: Residency;
  readonly #signal = new Signal();
  readonly #watchers = new Set<() => void>();
  #memory: Memory | null = null;
  #phase: TaskPhase = "acquiring";
  #reason: string | null = null;
  #failures = 0;
  #committedAt = 0;
  #committing: Promise<void> | null = null;
  #commitError: { readonly error: unknown } | null = null;
  /** How many wait for a commit of what is evaluated; nothing more is evaluated meanwhile. */
  #flushing = 0;
  #draining = 0;
  #paused = false;
  #release: { readonly lost: boolean } | null = null;
  #abandon: (() => void) | null = null;
  #abandoned = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: TaskOptions) {
    this.#options = options;
    this.#rules = hash128(JSON.stringify([options.plan, options.engine.params ?? {}]));
    this.#inputs = new TaskInputs(options);
    const { task, store, settings, observer, host } = options;
    const { residentKeys } = settings;
    this.#residency = new Residency({ task, store, residentKeys, clock: host.clock, observer });
  }

  get name(): string {
    return this.#options.task;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Records of an input that follow `from`, as polled. */
  offer(input: number, from: number, records: readonly LogRecord[], end: number): void {
    if (this.#phase === "halted" || this.#release !== null) return;
    this.#inputs.push(input, from, records, end);
    this.#signal.wake();
  }

  /** The consumer lost its positions (a rebalance): reading goes on behind what is queued. */
  async reposition(): Promise<void> {
    if (this.#memory !== null) await this.#inputs.seekAll();
  }

  /** Stops taking records, and evaluating those that are queued. */
  pause(): void {
    this.#paused = true;
    this.#inputs.hold(true);
  }

  resume(): void {
    this.#paused = false;
    this.#inputs.hold(false);
    this.#signal.wake();
  }

  /** Resolves when what was evaluated so far is committed, or the task does not run. */
  async flush(): Promise<void> {
    this.#flushing++;
    this.#signal.wake();
    while (this.#phase === "running" && !this.#settled()) await this.#progress();
    this.#flushing--;
    this.#signal.wake();
  }

  /** Takes no more records; resolves when all that is queued is evaluated and committed. */
  async drain(): Promise<void> {
    this.pause();
    this.#draining++;
    this.#signal.wake();
    while (!this.#isOver() && !(this.#settled() && this.#inputs.records === 0)) await this.#progress();
    this.#draining--;
  }

  /**
   * Commits what is evaluated and ends; after `deadlineMs` it ends all the same. A task that is lost to another owner is not acquired
   * again for it. Resolves with whether all was committed.
   */
  async release(deadlineMs: number, lost: boolean): Promise<boolean> {
    this.#release = { lost };
    this.#signal.wake();
    const cancel = this.#options.host.clock.schedule(deadlineMs, () => {
      this.#abandoned = true;
      this.#abandon?.();
      this.#signal.wake();
    });
    await this.#ended;
    cancel();
    return this.#settled();
  }

  status(): TaskStatus {
    const engine = this.#memory?.evaluator.state.engine ?? null;
    const stats = engine?.stats() ?? null;
    const bounded = this.#options.settings.residentKeys !== null;
    return {
      task: this.#options.task,
      phase: this.#phase,
      reason: this.#reason,
      version: this.#memory?.state.version ?? 0,
      queued: this.#inputs.records,
      queuedBytes: this.#inputs.bytes,
      lag: this.#inputs.lag,
      keys: stats?.keys ?? 0,
      heldKeys: (bounded ? engine?.residence.stats().held : stats?.keys) ?? 0,
      clock: stats?.clock ?? null,
    };
  }

  async #run(): Promise<void> {
    while (!this.#mayEnd()) {
      try {
        await this.#acquire();
        await this.#work();
      } catch (error) {
        if (!(await this.#goesOn(error))) break;
      }
    }
    this.#options.turns.end(this);
    if (this.#phase !== "halted") this.#become("released", null);
    await this.#options.committer.close();
  }

  /** Whether the task acquires again after an error, and if so when that time has come. */
  async #goesOn(thrown: unknown): Promise<boolean> {
    this.#options.turns.end(this);
    if (this.#abandoned) return false;
    const { host, settings, task, onHalt } = this.#options;
    if (this.#committing !== null) await this.#unlessAbandoned(this.#committing).catch(() => {});
    const halting = haltOf(thrown, task);
    if (halting !== null) {
      this.#become("halted", halting.message);
      onHalt(halting);
      return false;
    }
    // Its state is undefined now; what is committed is not.
    if (thrown instanceof EvaluationError) this.#memory = null;
    if (this.#mayEnd() || this.#isLost()) return false;
    this.#failures++;
    this.#become("waiting", thrown instanceof Error ? thrown.message : String(thrown));
    const backoff = fullJitter(this.#failures, firstBackoffMs, settings.maxBackoffMs, host.random);
    await this.#unlessAbandoned(sleep(host.clock, isFenced(thrown) ? Math.max(backoff, fencedMs) : backoff)).catch(
      () => {},
    );
    // It may have been lost meanwhile: its new owner must not be disturbed.
    return !this.#isLost();
  }

  /** Takes the task and brings memory to where the last commit is. */
  async #acquire(): Promise<void> {
    const { committer, host, task, observer, store } = this.#options;
    const startedAt = host.clock.now();
    this.#become("acquiring", this.#reason);
    this.#commitError = null;
    const taken = await this.#unlessAbandoned(committer.take(this.#memory));
    let how: Start["how"] | "kept" = "kept";
    const memory = taken.memory === "stale" ? null : this.#memory;
    if (memory !== null && taken.memory === "decided") this.#decided(memory);
    if (memory !== null && (await settle(store, taken.stored, memory.state))) memory.promoted();
    else if (memory !== null && !memory.isPartial) memory.rewriteAll();
    else {
      // Also where the store lost what memory has only a part of.
      this.#memory = null;
      how = await this.#load(taken);
    }
    observer({ kind: "acquire-step", task, step: "recover" });
    this.#become("running", null);
    const version = this.#memory?.state.version ?? 0;
    const ms = host.clock.now() - startedAt;
    observer({ kind: "acquired", task, version, position: this.#inputs.positions, state: how, ms });
  }

  async #load(taken: Taken): Promise<Start["how"]> {
    const { task, plan, engine, tables, inputs, topics, store, partitions, settings, alertHeaders } = this.#options;
    const ranges = await this.#inputs.ranges();
    const notReplayable = settings.onStateLost === "halt" ? "`onStateLost` is `halt`" : this.#options.notReplayable;
    const logStarts = ranges.map(({ start }) => start);
    const start = await recover({ task, store, partitions, rules: this.#rules, notReplayable, logStarts }, taken);
    const { maxAheadMs, carriedHeaders } = settings;
    // What the store has to get anew has to be in memory.
    const residentKeys = start.replaceNext ? null : settings.residentKeys;
    const evaluator = await Evaluator.load(
      { task, plan, engine, tables, inputs, topics, maxAheadMs, carriedHeaders, alertHeaders },
      start.base === null ? null : { store, version: start.base, residentKeys },
    );
    const { checkpointEvery: every, checkpointMs } = settings;
    // What is not written must be there to be made again.
    const maxMs = this.#options.notReplayable === null && settings.onGap === "fail" ? checkpointMs : 0;
    const checkpoints = new Checkpoints({ every, maxMs });
    const memory = new Memory(evaluator, start, taken.point.metadata?.commit ?? "", checkpoints);
    if (memory.replay !== null && this.#options.notReplayable !== null) {
      const message = `the state of task \`${task}\` is older than its last commit; ${this.#options.notReplayable}`;
      throw new PipelineError("state-lost", message, { task });
    }
    const positions = start.positions.map((position, i) => {
      const range = ranges[i]!;
      if (position >= range.start && position <= range.end) return position;
      const next = this.#inputs.acrossGap(i, position, range, memory.replay === null);
      evaluator.tellGap(i, position, next, memory.building);
      return next;
    });
    this.#inputs.reset(positions, ranges);
    this.#memory = memory;
    try {
      await this.#inputs.seekAll();
    } catch (error) {
      this.#memory = null;
      throw error;
    }
    return start.how;
  }

  /** Evaluates and commits until the task may end. */
  async #work(): Promise<void> {
    const memory = this.#memory!;
    while (!this.#mayEnd()) {
      if (this.#commitError !== null) throw this.#commitError.error;
      if (memory.pending === null && this.#committing === null) await this.#residency.letGo(memory);
      if (memory.pending === null && this.#committing === null && this.#isDue(memory)) {
        const { host, partitions, settings, live } = this.#options;
        const busy = Math.max(memory.building.records, this.#inputs.records) >= settings.commitEvents;
        const last = this.#mustSettle();
        memory.seal(this.#inputs.positions, { host, partitions, busy, last, rules: this.#rules, live });
      }
      if (memory.pending !== null && this.#committing === null) this.#commit(memory);
      const input = this.#mayEvaluate(memory) ? this.#inputs.next() : null;
      if (input === null) await this.#rest(memory);
      else await this.#evaluate(memory, input);
    }
  }

  async #rest(memory: Memory): Promise<void> {
    const { host, settings } = this.#options;
    if (memory.replay === null) {
      for (const input of this.#inputs.newlyIdle()) memory.evaluator.setIdle(input, memory.building);
    }
    const several = this.#inputs.queues.length > 1;
    const waits = !memory.building.empty || memory.isBehind(false);
    const delayMs = waits ? settings.commitIntervalMs : idleCheckMs;
    const cancel = several || waits ? host.clock.schedule(delayMs, () => this.#signal.wake()) : (): void => {};
    await this.#signal.wait();
    cancel();
  }

  #mayEvaluate(memory: Memory): boolean {
    if (this.#release !== null || this.#flushing > 0 || (this.#paused && this.#draining === 0)) return false;
    if (memory.singly > 0) return memory.settled && this.#committing === null;
    // A record that brings the process down must do so before what comes before it is staged: staging ends the count of attempts.
    if (!memory.proven && (memory.pending !== null || this.#committing !== null)) return false;
    return memory.building.records < this.#mostRecords();
  }

  /** Of one batch. While a commit is under way the next one would wait for it all the same. */
  #mostRecords(): number {
    const { commitEvents } = this.#options.settings;
    return this.#committing === null ? commitEvents : waitingCommits * commitEvents;
  }

  /** Whether all that is evaluated, and its state, has to be committed now: others may go on from there. */
  #mustSettle(): boolean {
    return this.#flushing > 0 || this.#release !== null || (this.#draining > 0 && this.#inputs.records === 0);
  }

  async #evaluate(memory: Memory, input: number): Promise<void> {
    const { host, source } = this.#options;
    const head = this.#inputs.queues[input]!.head!;
    await this.#prepare(input);
    if (head.gapFrom !== null && head.taken === 0) {
      const range = await source.range(input);
      if (range.start > head.gapFrom) {
        const next = this.#inputs.acrossGap(input, head.gapFrom, range, memory.replay === null);
        memory.evaluator.tellGap(input, head.gapFrom, next, memory.building);
      }
    }
    if (memory.replay !== null) this.#endReplay(memory, input, head.records[head.taken]!.offset);
    if (memory.replay === null) await this.#countAttempt(memory, input);
    const { building } = memory;
    if (building.records === 0) {
      building.work.receivedAt = head.at;
      building.work.startedAt = host.clock.now();
    }
    const batch = memory.replay === null ? building : new Batch();
    const { work } = batch;
    memory.evaluator.useTables();
    const records = this.#nextRecords(memory, input);
    // The commit under way ended meanwhile, and what is built is more than one takes: it is the next one's turn.
    if (records.length === 0) return;
    // A record that is refused is not even decoded: that may be what brings the process down.
    if (!this.#refuses(memory)) {
      work.decodeMs += this.#timed(() => memory.evaluator.decode(input, records));
      await this.#residency.bringBack(memory);
    }
    work.evaluateMs += this.#timed(() => this.#take(memory, input, records, batch));
    if (memory.singly > 0) memory.singly--;
    if (memory.replay === null) this.#options.committer.offer?.(building);
    this.#inputs.relieve(input);
    // So that heartbeats and replies get their turn.
    await sleep(host.clock, 0);
  }

  /** How long it took. */
  #timed(act: () => void): number {
    const { clock } = this.#options.host;
    const startedAt = clock.elapsed?.() ?? clock.now();
    act();
    return (clock.elapsed?.() ?? clock.now()) - startedAt;
  }

  /** Records of the head of a queue that are evaluated in one go: in a replay none beyond its end, from which on attempts count. */
  #nextRecords({ singly, replay, building }: Memory, input: number): readonly LogRecord[] {
    const { records, taken } = this.#inputs.queues[input]!.head!;
    const most = singly > 0 ? 1 : Math.min(sliceRecords, Math.max(0, this.#mostRecords() - building.records));
    const next = records.slice(taken, taken + most);
    const end = replay === null ? -1 : next.findIndex(({ offset }, n) => n > 0 && offset >= replay.until[input]!);
    return end === -1 ? next : next.slice(0, end);
  }

  #take(memory: Memory, input: number, records: readonly LogRecord[], batch: Batch): void {
    const { evaluator, attempts } = memory;
    this.#inputs.queues[input]!.pass(records.length);
    if (!this.#refuses(memory)) {
      for (const record of records) evaluator.evaluate(input, record, batch);
      return;
    }
    const message = `evaluating it brought the process down ${attempts - 1} times`;
    for (const record of records) {
      evaluator.refuse(input, record, { code: "poison", message, attempts: attempts - 1 }, batch);
    }
  }

  /** Whether the next record brought the process down by itself, too often. */
  #refuses({ singly, attempts }: Memory): boolean {
    return singly > 0 && attempts > this.#options.settings.maxCrashes + 1;
  }

  /** Ends a replay where the next record was not committed yet. */
  #endReplay(memory: Memory, input: number, offset: number): void {
    const replay = memory.replay!;
    if (offset < replay.until[input]!) return;
    if (replay.hash !== null && memory.evaluator.state.hash() !== replay.hash) {
      const { task } = this.#options;
      const message = `the state of task \`${task}\` was made again from the log and differs from what was committed`;
      const hint = `the log, the rules or a function are not what they were: \`weir reset CONFIG ${task}\` begins with empty state`;
      throw new PipelineError("state-lost", message, { task, hint });
    }
    memory.replay = null;
  }

  /** Waits until the decoder has what it needs; an outage costs time, never records. */
  async #prepare(input: number): Promise<void> {
    const { inputs, host, settings } = this.#options;
    const { topic, decoder } = inputs[input]!;
    const head = this.#inputs.queues[input]!.head!;
    for (let failures = 1; !head.prepared; failures++) {
      try {
        await (decoder.prepare?.(topic, head.records) ?? null);
        head.prepared = true;
      } catch (error) {
        if (!(error instanceof DecoderUnavailableError)) throw error;
        if (this.#release !== null) throw error;
        this.#become("waiting", error.message);
        const backoff = fullJitter(failures, firstBackoffMs, settings.maxBackoffMs, host.random);
        await this.#unlessAbandoned(sleep(host.clock, backoff));
      }
    }
    if (this.#phase === "waiting") this.#become("running", null);
  }

  /** Tells the store that evaluation begins here, so that a record that brings the process down is found out. */
  async #countAttempt(memory: Memory, input: number): Promise<void> {
    if (memory.attempts > 0 && memory.singly === 0) return;
    const { store, settings, turns } = this.#options;
    await this.#unlessAbandoned(turns.take(this));
    const position = `${this.#inputs.positions.join(",")}/${input}`;
    // A record that crashes alone has been found: it does not get as many tries again.
    memory.attempts = await store.attempt(position, memory.singly > 0 ? settings.maxCrashes + 1 : 1);
    if (memory.singly === 0 && memory.attempts > settings.maxCrashes) memory.takeSingly();
  }

  #isDue(memory: Memory): boolean {
    if (memory.replay !== null) return false;
    const { building, replaceNext, singly } = memory;
    const { settings, host } = this.#options;
    const last = this.#mustSettle();
    if (building.empty) {
      // State that the store lost is written again even if nothing else is to commit.
      if (replaceNext && memory.commit !== "") return true;
      return memory.isBehind(last) && (last || host.clock.now() - this.#committedAt >= settings.commitIntervalMs);
    }
    if (replaceNext || singly > 0 || !memory.proven || last) return true;
    const waitedMs = host.clock.now() - building.work.startedAt;
    return building.records >= settings.commitEvents || waitedMs >= settings.commitIntervalMs;
  }

  #commit(memory: Memory): void {
    const { committer } = this.#options;
    const pending = memory.pending!;
    this.#tellBatch(pending);
    const run = async (): Promise<void> => {
      try {
        await committer.commit(pending, () => this.#decided(memory));
        memory.promoted();
        this.#failures = 0;
      } catch (error) {
        this.#commitError = { error };
      }
      this.#committing = null;
      this.#signal.wake();
      this.#notify();
    };
    this.#committing = run();
  }

  #tellBatch({ batch, metadata }: PendingCommit): void {
    const { observer, task, inputs, committer } = this.#options;
    const { records, work } = batch;
    const messages = new Map<string, number>();
    for (const { topic } of batch.messages) messages.set(topic, (messages.get(topic) ?? 0) + 1);
    const { version } = metadata.state;
    observer({
      kind: "batch",
      task,
      version,
      inputs: inputs.map(({ topic, partition }) => ({ topic, partition })),
      records,
      work,
      delivery: committer.delivery,
      messages,
    });
  }

  #decided(memory: Memory): void {
    const pending = memory.decide();
    if (pending === null) return;
    const { observer, onCommitted, task, host, turns, live } = this.#options;
    turns.end(this);
    live?.publish(pending.live);
    const { batch, delta, metadata, startedAt } = pending;
    this.#committedAt = host.clock.now();
    for (const event of batch.told) observer(event);
    onCommitted(batch.counts);
    observer({
      kind: "committed",
      task,
      version: metadata.state.version,
      counts: batch.counts,
      lag: this.#inputs.lag,
      upserts: delta?.entries.written ?? 0,
      deletes: delta?.entries.gone ?? 0,
      stateBytes: delta?.entries.bytes ?? 0,
      ms: this.#committedAt - startedAt,
    });
  }

  /** Whether everything evaluated is committed, and state with it. */
  #settled(): boolean {
    const memory = this.#memory;
    return memory === null || (memory.settled && !memory.isBehind(true) && this.#committing === null);
  }

  #isLost(): boolean {
    return this.#release?.lost === true;
  }

  #mayEnd(): boolean {
    return this.#abandoned || (this.#release !== null && this.#settled());
  }

  #isOver(): boolean {
    return this.#phase === "halted" || this.#phase === "released";
  }

  #become(phase: TaskPhase, reason: string | null): void {
    this.#reason = reason;
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#options.observer({ kind: "phase", task: this.#options.task, phase, reason });
    this.#notify();
  }

  /** Resolves when a commit ended or the phase changed. */
  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.add(resolve);
    });
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }

  /** What is waited for, or `AbandonedError` when the deadline is over first. */
  #unlessAbandoned<T>(wait: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = (): void => reject(new AbandonedError("the deadline is over"));
      if (this.#abandoned) give();
      this.#abandon = give;
      wait.then(resolve, reject);
    });
  }
}
