import type {
  Pipeline,
  PipelineOptions,
  PipelineSettings,
  PipelineStatus,
  SourceWiring,
} from "../contracts/pipeline.ts";
import { SourceError } from "../contracts/source.ts";
import { defaultSettings } from "../defaults.ts";
import { Lifecycle } from "../lifecycle.ts";
import { createPolicies, type Policies } from "../policies.ts";
import { fullJitter } from "../policy/backoff.ts";
import { sleep } from "../policy/sleep.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import { addCounts, type MutableCounts, noCounts } from "../task/batch.ts";
import { haltOf } from "../task/halt.ts";
import { Task } from "../task/task.ts";
import { taskNames } from "../task/task-names.ts";
import { Turns } from "../task/turns.ts";
import { TaskStore } from "../task/task-store.ts";

const pollMs = 500;
const firstBackoffMs = 100;
const defaultBatchSize = 500;

/**
 * A pipeline over a source that is no log: one task, whose alerts go to the sinks directly, before state and position are stored
 * together. After a crash alerts may be written again, with the same ids.
 */
export class SourcePipeline implements Pipeline {
  readonly #options: PipelineOptions;
  readonly #wiring: SourceWiring;
  readonly #settings: PipelineSettings;
  readonly #policies: Policies;
  readonly #life: Lifecycle;
  readonly #task: Task;
  readonly #counts: MutableCounts = noCounts();
  /** Where the next poll reads; `null` until the task has its state. */
  #position: number | null = null;
  #reading = false;
  #wake: (() => void) | null = null;
  #polling: Promise<void> = Promise.resolve();

  constructor(options: PipelineOptions, wiring: SourceWiring) {
    this.#options = options;
    this.#wiring = wiring;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#policies = createPolicies(options);
    this.#life = new Lifecycle(options.observer);
    this.#task = this.#createTask();
  }

  get ended(): Promise<void> {
    return this.#life.ended;
  }

  async start(): Promise<void> {
    this.#life.begin();
    this.#task.start();
    this.#polling = this.#poll();
    return Promise.resolve();
  }

  pause(): void {
    if (this.#life.pause()) this.#task.pause();
  }

  resume(): void {
    if (this.#life.resume()) this.#task.resume();
  }

  async drain(): Promise<void> {
    if (this.#life.hold()) await this.#task.drain();
  }

  async stop({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}): Promise<{ readonly clean: boolean }> {
    if (!this.#life.stopping()) return { clean: this.#life.phase === "stopped" };
    this.#wake?.();
    const clean = await this.#task.release(deadlineMs, false);
    await this.#polling;
    await this.#wiring.source.close();
    this.#life.stopped();
    return { clean };
  }

  status(): PipelineStatus {
    return {
      phase: this.#life.phase,
      tasks: [this.#task.status()],
      dependencies: [
        this.#policies.state.status(),
        ...[...this.#policies.sinks.values()].map((policy) => policy.status()),
      ],
      counts: { ...this.#counts },
    };
  }

  /** Reads while there is room; at the end of the source it drains and stops. */
  async #poll(): Promise<void> {
    const { source } = this.#wiring;
    const { host } = this.#options;
    for (let failures = 0; this.#life.isRunning; ) {
      if (!this.#reading || this.#position === null) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const from = this.#position;
      try {
        const batch = await source.poll(this.#settings.pollRecords, pollMs);
        failures = 0;
        // Meanwhile the task may have gone back.
        if (this.#position !== from) continue;
        if (batch.kind === "records") {
          this.#position = batch.next;
          this.#task.offer(0, from, batch.records, batch.next);
        } else if (batch.kind === "end") {
          void this.#finish();
          return;
        }
      } catch (error) {
        if (!(error instanceof SourceError) || !error.retriable) {
          this.#halt(haltOf(error, this.#options.name) ?? (error as Error));
          return;
        }
        await sleep(host.clock, fullJitter(++failures, firstBackoffMs, this.#settings.maxBackoffMs, host.random));
      }
    }
  }

  async #finish(): Promise<void> {
    await this.#task.drain();
    await this.stop();
  }

  #createTask(): Task {
    const { name, plan, host, engine, observer = (): void => {}, sinks = [] } = this.#options;
    const { source, decoder, deadLetters } = this.#wiring;
    const names = taskNames(name, [source.name], 0);
    const store = new TaskStore(this.#options.state, this.#policies.state, names.task);
    const read = (reading: boolean): void => {
      this.#reading = reading;
      this.#wake?.();
    };
    return new Task({
      task: names.task,
      plan,
      engine: engine ?? {},
      notReplayable: "a source is not read again from its start",
      inputs: [{ topic: source.name, partition: 0, decoder }],
      source: {
        seek: async (_input, offset) => {
          this.#position = null;
          await source.open(offset === beginning ? null : offset);
          this.#position = offset;
          this.#wake?.();
        },
        pause: () => read(false),
        resume: () => read(true),
        range: () => Promise.resolve({ start: beginning, end: Infinity }),
      },
      topics: { alerts: null, deadLetters: deadLetters === undefined ? null : deadLetterTopic, late: null },
      partitions: 1,
      committer: new AtLeastOnceCommitter({
        names,
        store,
        host,
        committed: () => Promise.resolve({ metadata: null, positions: [null] }),
        send: async (pending) => {
          if (pending.batch.messages.length > 0) await deadLetters?.(pending.batch.messages);
          for (const sink of sinks) {
            const policy = this.#policies.sinks.get(sink.name)!;
            const size = sink.batchSize ?? defaultBatchSize;
            const { alerts } = pending.batch;
            for (let i = 0; i < alerts.length; i += size) {
              const part = { source: null, next: pending.positions[0]!, alerts: alerts.slice(i, i + size) };
              await policy.run("writing to a sink", () => sink.write(part));
            }
          }
        },
        acknowledge: ({ positions }) => source.acknowledge(positions[0]!),
        observer,
      }),
      store,
      turns: new Turns(),
      host,
      settings: { ...this.#settings, checkpointEvery: 1 },
      observer,
      onCommitted: (counts) => addCounts(this.#counts, counts),
      onHalt: (error) => this.#halt(error),
    });
  }

  #halt(error: Error): void {
    if (!this.#life.halt(error)) return;
    this.#wake?.();
    void this.#task.release(this.#settings.releaseMs, false);
    void this.#wiring.source.close();
  }
}

/** What dead letters of a source say as their topic. */
const deadLetterTopic = "dead-letters";
/** Stands for the first position that a source has, which it alone knows. */
const beginning = -1;
