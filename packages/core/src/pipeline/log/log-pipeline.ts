import type { LogHappening, TopicPartition } from "../contracts/log.ts";
import type {
  DependencyStatus,
  LogWiring,
  Pipeline,
  PipelineOptions,
  PipelineSettings,
  PipelineStatus,
} from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { defaultSettings } from "../defaults.ts";
import { Lifecycle } from "../lifecycle.ts";
import { createLivePublisher, type LivePublisher } from "../live/live-publisher.ts";
import { createPolicies, type Policies } from "../policies.ts";
import { isDoneWithin } from "../policy/within.ts";
import { createDeliveries } from "../sinks/create-deliveries.ts";
import type { SinkDelivery } from "../sinks/sink-delivery.ts";
import { addCounts, type MutableCounts, noCounts } from "../task/batch.ts";
import { PipelineTables } from "../tables/pipeline-tables.ts";
import { haltOf } from "../task/halt.ts";
import type { Task } from "../task/task.ts";
import { Turns } from "../task/turns.ts";
import { GroupMember } from "./group-member.ts";
import { createLogTask } from "./log-task.ts";
import { SharedProducer } from "./shared-producer.ts";
import { partitionsChanged, TopicCheck } from "./topic-check.ts";

/** A pipeline over a log: a task for each partition that the group gives to this process, and a reader of the alerts for each sink. */
export class LogPipeline implements Pipeline {
  readonly #options: PipelineOptions;
  readonly #wiring: LogWiring;
  readonly #settings: PipelineSettings;
  readonly #policies: Policies;
  readonly #life: Lifecycle;
  readonly #topics: TopicCheck;
  readonly #turns = new Turns();
  readonly #live: LivePublisher | null;
  readonly #tables: PipelineTables;
  readonly #tasks = new Map<number, Task>();
  readonly #releasing = new Map<number, Promise<boolean>>();
  readonly #deliveries: readonly SinkDelivery[];
  readonly #counts: MutableCounts = noCounts();
  #member: GroupMember | null = null;
  readonly #producer: SharedProducer;

  constructor(options: PipelineOptions, wiring: LogWiring) {
    this.#options = options;
    this.#wiring = wiring;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#policies = createPolicies(options);
    this.#tables = new PipelineTables(options);
    this.#live = createLivePublisher(options, this.#policies);
    this.#life = new Lifecycle(options.observer);
    this.#topics = new TopicCheck({
      name: options.name,
      wiring,
      policy: this.#policies.log,
      host: options.host,
      everyMs: this.#settings.partitionCheckMs,
      onWrong: (error) => this.#halt(error),
    });
    this.#producer = new SharedProducer(wiring.log);
    this.#deliveries = createDeliveries(options, wiring, this.#settings, this.#policies);
  }

  get ended(): Promise<void> {
    return this.#life.ended;
  }

  async start(): Promise<void> {
    this.#life.begin();
    try {
      await this.#tables.start();
      await this.#topics.first();
      await this.#join();
      for (const delivery of this.#deliveries) await delivery.start();
    } catch (error) {
      const halting = haltOf(error, this.#options.name) ?? (error as Error);
      this.#halt(halting);
      throw halting;
    }
    this.#topics.watch();
  }

  pause(): void {
    if (!this.#life.pause()) return;
    for (const task of this.#tasks.values()) task.pause();
  }

  resume(): void {
    if (!this.#life.resume()) return;
    for (const task of this.#tasks.values()) task.resume();
  }

  async drain(): Promise<void> {
    if (!this.#life.hold()) return;
    await Promise.all([...this.#tasks.values()].map((task) => task.drain()));
  }

  async stop({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}): Promise<{ readonly clean: boolean }> {
    if (!this.#life.stopping()) return { clean: this.#life.phase === "stopped" };
    this.#topics.stop();
    const ended = [...this.#tasks.values()].map((task) => task.release(deadlineMs, false));
    const delivered = this.#deliveries.map((delivery) => delivery.stop(deadlineMs));
    const results = await Promise.all([...ended, ...delivered, ...this.#releasing.values()]);
    await this.#live?.stop(deadlineMs);
    await this.#close();
    this.#life.stopped();
    return { clean: results.every(Boolean) };
  }

  status(): PipelineStatus {
    return {
      phase: this.#life.phase,
      tasks: [...this.#tasks.values()].map((task) => task.status()),
      dependencies: [
        this.#logStatus(),
        this.#policies.state.status(),
        ...this.#deliveries.map((delivery) => delivery.status()),
        ...(this.#live === null ? [] : [this.#live.status()]),
        ...this.#tables.status(),
      ],
      counts: { ...this.#counts },
    };
  }

  /** Calls of the log may all work while nothing can be read. */
  #logStatus(): DependencyStatus {
    const status = this.#policies.log.status();
    const problem = this.#member?.lastError ?? null;
    return status.health === "ok" && problem !== null ? { ...status, health: "degraded", lastError: problem } : status;
  }

  async #join(): Promise<void> {
    const { log, inputs } = this.#wiring;
    const { pollRecords, maxBackoffMs } = this.#settings;
    const { host, name } = this.#options;
    const consumer = await this.#policies.log.run(
      "joining the group",
      () =>
        log.consumer({
          group: name,
          topics: inputs.map(({ topic }) => topic),
          maxRecords: pollRecords,
          maxBytes: this.#settings.queueBytes / (4 * inputs.length),
          readCommitted: true,
        }),
      // A member that nobody polls would keep its partitions from everybody.
      { discard: (late) => void late.close() },
    );
    this.#member = new GroupMember({
      consumer,
      host,
      maxBackoffMs,
      onRecords: (records) => this.#offer(records),
      onAssigned: (partitions) => this.#assign(partitions),
      onRebalancing: () => this.#flushAll(),
      onFatal: (error) => this.#halt(haltOf(error, this.#options.name) ?? (error as Error)),
    });
    this.#member.start();
    await this.#member.joined;
  }

  #offer({ topic, partition, from, records, end }: Extract<LogHappening, { kind: "records" }>): void {
    const input = this.#wiring.inputs.findIndex((given) => given.topic === topic);
    if (input !== -1) this.#tasks.get(partition)?.offer(input, from, records, end);
  }

  /** What is evaluated is committed before others get the partitions, as far as that is quick. */
  async #flushAll(): Promise<void> {
    const flushed = Promise.all([...this.#tasks.values()].map((task) => task.flush()));
    await isDoneWithin(this.#options.host.clock, this.#settings.releaseMs, flushed);
  }

  async #assign(partitions: readonly TopicPartition[]): Promise<void> {
    if (!this.#life.isRunning) return;
    this.#options.observer?.({ kind: "assigned", partitions });
    const numbers = new Set(partitions.map(({ partition }) => partition));
    const wrong = this.#problemOf(partitions, numbers);
    if (wrong !== null) {
      this.#halt(wrong);
      return;
    }
    for (const [n, task] of this.#tasks) {
      if (numbers.has(n)) await task.reposition();
      else this.#letGo(n, task);
    }
    for (const n of numbers) if (!this.#tasks.has(n)) await this.#take(n);
  }

  /** Why this process cannot work on what it was given; `null` where it can. */
  #problemOf(partitions: readonly TopicPartition[], numbers: ReadonlySet<number>): PipelineError | null {
    const { inputs } = this.#wiring;
    for (const n of numbers) {
      if (n >= this.#topics.partitions) return partitionsChanged(this.#topics.partitions, n + 1);
      const topics = inputs.filter(({ topic }) => partitions.some((p) => p.topic === topic && p.partition === n));
      if (topics.length === inputs.length) continue;
      const message = `partition ${n} of ${topics.length} of ${inputs.length} input topics was assigned here: the rest went elsewhere`;
      return new PipelineError("options", message, {
        hint: "all members of the group need the co-partitioning assigner",
      });
    }
    return null;
  }

  #letGo(n: number, task: Task): void {
    this.#tasks.delete(n);
    const released = task.release(this.#settings.releaseMs, true);
    this.#releasing.set(n, released);
    void released.then(() => {
      if (this.#releasing.get(n) === released) this.#releasing.delete(n);
      return null;
    });
  }

  async #take(n: number): Promise<void> {
    // Its last commit, if one is still under way, must not race with the new task in this process.
    await this.#releasing.get(n);
    const task = createLogTask(
      {
        options: this.#options,
        wiring: this.#wiring,
        settings: this.#settings,
        policies: this.#policies,
        turns: this.#turns,
        live: this.#live,
        tables: this.#tables.rows,
        partitions: this.#topics.partitions,
        member: () => this.#member,
        producer: () => this.#producer.get(),
        onCommitted: (counts) => addCounts(this.#counts, counts),
        onHalt: (error) => this.#halt(error),
      },
      n,
    );
    this.#tasks.set(n, task);
    if (this.#life.phase === "paused") task.pause();
    task.start();
  }

  #halt(error: Error): void {
    if (!this.#life.halt(error)) return;
    this.#topics.stop();
    for (const task of this.#tasks.values()) void task.release(this.#settings.releaseMs, false);
    for (const delivery of this.#deliveries) void delivery.stop(this.#settings.releaseMs);
    void this.#live?.stop(0);
    void this.#close();
  }

  async #close(): Promise<void> {
    await this.#tables.close();
    await this.#member?.stop();
    await this.#member?.consumer.close();
    await this.#producer.close();
  }
}
