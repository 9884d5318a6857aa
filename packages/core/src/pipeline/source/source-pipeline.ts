import type {
  Pipeline,
  PipelineOptions,
  PipelineSettings,
  PipelineStatus,
  SourceWiring,
} from "../contracts/pipeline.ts";
import { defaultSettings } from "../defaults.ts";
import { Lifecycle } from "../lifecycle.ts";
import { createLivePublisher, engineOptions, type LivePublisher } from "../live/live-publisher.ts";
import { createPolicies, type Policies } from "../policies.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import { addCounts, type MutableCounts, noCounts } from "../task/batch.ts";
import { PipelineTables } from "../tables/pipeline-tables.ts";
import { haltOf } from "../task/halt.ts";
import { Task } from "../task/task.ts";
import { taskNames } from "../task/task-names.ts";
import { Turns } from "../task/turns.ts";
import { TaskStore } from "../task/task-store.ts";
import { deadLetterTopic, writeOutputs } from "./source-outputs.ts";
import { beginning, SourceReader } from "./source-reader.ts";

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
  readonly #reader: SourceReader;
  readonly #live: LivePublisher | null;
  readonly #tables: PipelineTables;
  readonly #task: Task;
  readonly #counts: MutableCounts = noCounts();

  constructor(options: PipelineOptions, wiring: SourceWiring) {
    this.#options = options;
    this.#wiring = wiring;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#policies = createPolicies(options);
    this.#tables = new PipelineTables(options);
    this.#live = createLivePublisher(options, this.#policies);
    this.#life = new Lifecycle(options.observer);
    this.#reader = new SourceReader({
      source: wiring.source,
      host: options.host,
      maxRecords: this.#settings.pollRecords,
      maxBackoffMs: this.#settings.maxBackoffMs,
      observer: options.observer ?? ((): void => {}),
      // Not before: it would take the state from the process that reads.
      onTaken: () => this.#task.start(),
      onRecords: (from, records, next) => this.#task.offer(0, from, records, next),
      onEnd: () => void this.#finish(),
      onFatal: (error) => this.#halt(haltOf(error, options.name) ?? (error as Error)),
    });
    this.#task = this.#createTask();
  }

  get ended(): Promise<void> {
    return this.#life.ended;
  }

  async start(): Promise<void> {
    this.#life.begin();
    try {
      await this.#tables.start();
    } catch (error) {
      this.#halt(error as Error);
      throw error;
    }
    if (this.#life.isRunning) this.#reader.start();
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
    const [clean] = await Promise.all([this.#task.release(deadlineMs, false), this.#reader.stop()]);
    await this.#live?.stop(deadlineMs);
    await this.#tables.close();
    await this.#wiring.source.close();
    this.#life.stopped();
    return { clean };
  }

  status(): PipelineStatus {
    return {
      phase: this.#life.phase,
      tasks: [this.#task.status()],
      dependencies: [
        this.#reader.status(),
        this.#policies.state.status(),
        ...[...this.#policies.sinks.values()].map((policy) => policy.status()),
        ...(this.#live === null ? [] : [this.#live.status()]),
        ...this.#tables.status(),
      ],
      counts: { ...this.#counts },
    };
  }

  async #finish(): Promise<void> {
    await this.#task.drain();
    await this.stop();
  }

  #createTask(): Task {
    const { name, plan, host, observer = (): void => {}, sinks = [] } = this.#options;
    const { source, decoder, deadLetters } = this.#wiring;
    const names = taskNames(name, [source.name], 0);
    const store = new TaskStore(this.#options.state, this.#policies.state, names.task);
    const topic = source.name;
    const outputs = {
      task: names.task,
      topic,
      sinks,
      policies: this.#policies,
      deadLetters,
      observer,
      now: () => host.clock.now(),
    };
    return new Task({
      task: names.task,
      plan,
      engine: engineOptions(this.#options),
      notReplayable: "a source is not read again from its start",
      inputs: [{ topic, partition: 0, decoder }],
      source: {
        seek: (_input, offset) => this.#reader.seek(offset),
        pause: () => this.#reader.read(false),
        resume: () => this.#reader.read(true),
        range: () => Promise.resolve({ start: beginning, end: Infinity }),
      },
      topics: { alerts: null, deadLetters: deadLetters === undefined ? null : deadLetterTopic, late: null },
      partitions: 1,
      committer: new AtLeastOnceCommitter({
        names,
        store,
        host,
        committed: () => Promise.resolve({ metadata: null, positions: [null] }),
        outputs: { finish: (pending) => writeOutputs(outputs, pending) },
        acknowledge: ({ positions }) => source.acknowledge(positions[0]!),
        observer,
      }),
      store,
      live: this.#live,
      tables: this.#tables.rows,
      turns: new Turns(),
      alertHeaders: this.#options.alertHeaders,
      host,
      settings: { ...this.#settings, checkpointEvery: 1 },
      observer,
      onCommitted: (counts) => addCounts(this.#counts, counts),
      onHalt: (error) => this.#halt(error),
    });
  }

  #halt(error: Error): void {
    if (!this.#life.halt(error)) return;
    void this.#reader.stop();
    void this.#live?.stop(0);
    void this.#tables.close();
    void this.#task.release(this.#settings.releaseMs, false);
    void this.#wiring.source.close();
  }
}
