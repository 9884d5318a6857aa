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
import { addCounts, type MutableCounts, noCounts } from "../task/batch.ts";
import { PipelineTables } from "../tables/pipeline-tables.ts";
import { haltOf } from "../task/halt.ts";
import { Task } from "../task/task.ts";
import { taskNames } from "../task/task-names.ts";
import { Turns } from "../task/turns.ts";
import { TaskStore } from "../task/task-store.ts";
import { createDirectOutput } from "./direct-output.ts";
import type { SourceOutput } from "./source-output.ts";
import { beginning, SourceReader } from "./source-reader.ts";
import { TopicOutput } from "./topic-output.ts";

/**
 * A pipeline over a source that is no log: one task, whose alerts go to the sinks directly, before state and position are stored
 * together, or to topics. After a crash alerts may be written again, with the same ids, but where topics are written exactly once.
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
  readonly #output: SourceOutput;
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
    const { topics } = wiring;
    this.#output =
      topics === undefined
        ? createDirectOutput(options, wiring, this.#policies)
        : new TopicOutput({ options, wiring, topics, settings: this.#settings, policies: this.#policies });
    this.#task = this.#createTask();
  }

  get ended(): Promise<void> {
    return this.#life.ended;
  }

  async start(): Promise<void> {
    this.#life.begin();
    try {
      await this.#tables.start();
      await this.#output.start();
    } catch (error) {
      const halting = haltOf(error, this.#options.name) ?? (error as Error);
      this.#halt(halting);
      throw halting;
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
    const [committed] = await Promise.all([this.#task.release(deadlineMs, false), this.#reader.stop()]);
    const delivered = await this.#output.stop(deadlineMs);
    await this.#live?.stop(deadlineMs);
    await this.#tables.close();
    await this.#wiring.source.close();
    this.#life.stopped();
    return { clean: committed && delivered };
  }

  status(): PipelineStatus {
    return {
      phase: this.#life.phase,
      tasks: [this.#task.status()],
      dependencies: [
        this.#reader.status(),
        this.#policies.state.status(),
        ...this.#output.status(),
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
    const { name, plan, host, observer = (): void => {} } = this.#options;
    const { source, decoder } = this.#wiring;
    const names = taskNames(name, [source.name], 0);
    const store = new TaskStore(this.#options.state, this.#policies.state, names.task);
    return new Task({
      task: names.task,
      plan,
      engine: engineOptions(this.#options),
      notReplayable: "a source is not read again from its start",
      inputs: [{ topic: source.name, partition: 0, decoder }],
      source: {
        seek: (_input, offset) => this.#reader.seek(offset),
        pause: () => this.#reader.read(false),
        resume: () => this.#reader.read(true),
        range: () => Promise.resolve({ start: beginning, end: Infinity }),
      },
      topics: this.#output.topics,
      partitions: 1,
      committer: this.#output.committer(names, store),
      store,
      live: this.#live,
      tables: this.#tables.rows,
      turns: new Turns(),
      alertHeaders: this.#options.alertHeaders,
      host,
      settings: { ...this.#settings, checkpointEvery: 1, checkpointMs: 0 },
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
    void this.#output.stop(this.#settings.releaseMs);
    void this.#wiring.source.close();
  }
}
