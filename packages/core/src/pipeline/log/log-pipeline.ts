import type { LogHappening, LogProducer, TopicPartition } from "../contracts/log.ts";
import type { Counts } from "../contracts/observer.ts";
import type { LogWiring, Pipeline, PipelineOptions, PipelineSettings, PipelineStatus } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { defaultSettings } from "../defaults.ts";
import { createPolicies, type Policies, sinkPolicy } from "../policies.ts";
import { sleep } from "../policy/sleep.ts";
import { SinkDelivery } from "../sinks/sink-delivery.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import { addCounts, type MutableCounts, noCounts } from "../task/batch.ts";
import { committedPoint } from "../task/committed-point.ts";
import { writeMetadata, readMetadata } from "../task/commit-metadata.ts";
import type { Committer } from "../task/committer.ts";
import { ExactlyOnceCommitter } from "../task/exactly-once.ts";
import { haltOf } from "../task/halt.ts";
import { Task } from "../task/task.ts";
import { taskNames } from "../task/task-names.ts";
import { Turns } from "../task/turns.ts";
import { TaskStore } from "../task/task-store.ts";
import { GroupMember } from "./group-member.ts";

/** A pipeline over a log: a task for each partition that the group gives to this process, and a reader of the alerts for each sink. */
export class LogPipeline implements Pipeline {
  readonly ended: Promise<void>;
  readonly #options: PipelineOptions;
  readonly #wiring: LogWiring;
  readonly #settings: PipelineSettings;
  readonly #policies: Policies;
  readonly #turns = new Turns();
  readonly #tasks = new Map<number, Task>();
  readonly #releasing = new Map<number, Promise<boolean>>();
  readonly #deliveries: readonly SinkDelivery[];
  readonly #counts: MutableCounts = noCounts();
  #member: GroupMember | null = null;
  #producer: LogProducer | null = null;
  #partitions = 0;
  #phase: PipelineStatus["phase"] = "new";
  #end: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  #cancelCheck: () => void = () => {};

  constructor(options: PipelineOptions, wiring: LogWiring) {
    this.#options = options;
    this.#wiring = wiring;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#policies = createPolicies(options);
    let end = { resolve: (): void => {}, reject: (_error: Error): void => {} };
    this.ended = new Promise((resolve, reject) => {
      end = { resolve, reject };
    });
    // Who does not look at `ended` has the observer and `status`.
    this.ended.catch(() => {});
    this.#end = end;
    this.#deliveries = (options.sinks ?? []).map(
      (sink) =>
        new SinkDelivery({
          name: options.name,
          sink,
          log: wiring.log,
          alerts: wiring.alerts,
          deadLetters: wiring.deadLetters,
          policy: this.#policies.sinks.get(sink.name)!,
          retries: sinkPolicy(sink, options.policies).retries,
          logPolicy: this.#policies.log,
          host: options.host,
          settings: this.#settings,
          observer: options.observer ?? ((): void => {}),
        }),
    );
  }

  async start(): Promise<void> {
    if (this.#phase !== "new") throw new PipelineError("options", "a pipeline is started once");
    this.#phase = "running";
    try {
      this.#partitions = await this.#checkTopics();
      await this.#checkCommitted();
      await this.#join();
      for (const delivery of this.#deliveries) await delivery.start();
    } catch (error) {
      const halting = haltOf(error, this.#options.name) ?? (error as Error);
      this.#halt(halting);
      throw halting;
    }
    if (this.#isRunning()) this.#scheduleCheck();
  }

  pause(): void {
    if (this.#phase !== "running") return;
    this.#phase = "paused";
    for (const task of this.#tasks.values()) task.pause();
  }

  resume(): void {
    if (this.#phase !== "paused") return;
    this.#phase = "running";
    for (const task of this.#tasks.values()) task.resume();
  }

  async drain(): Promise<void> {
    if (!this.#isRunning()) return;
    this.#phase = "paused";
    await Promise.all([...this.#tasks.values()].map((task) => task.drain()));
  }

  async stop({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}): Promise<{ readonly clean: boolean }> {
    if (!this.#isRunning()) return { clean: this.#phase === "stopped" };
    this.#phase = "stopping";
    this.#cancelCheck();
    const ended = [...this.#tasks.values()].map((task) => task.release(deadlineMs, false));
    const delivered = this.#deliveries.map((delivery) => delivery.stop(deadlineMs));
    const results = await Promise.all([...ended, ...delivered, ...this.#releasing.values()]);
    await this.#close();
    this.#phase = "stopped";
    this.#end.resolve();
    return { clean: results.every(Boolean) };
  }

  status(): PipelineStatus {
    return {
      phase: this.#phase,
      tasks: [...this.#tasks.values()].map((task) => task.status()),
      dependencies: [
        this.#policies.log.status(),
        this.#policies.state.status(),
        ...this.#deliveries.map((delivery) => delivery.status()),
      ],
      counts: { ...this.#counts },
    };
  }

  /** How many partitions the inputs have; checks that it is the same number and that the other topics are there. */
  async #checkTopics(): Promise<number> {
    const { inputs, alerts, deadLetters, late } = this.#wiring;
    if (inputs.length === 0) throw new PipelineError("options", "a pipeline needs an input topic");
    const count = (topic: string): Promise<number> =>
      this.#policies.log.run(`looking at topic \`${topic}\``, () => this.#wiring.log.partitionCount(topic));
    const counts = await Promise.all(inputs.map(({ topic }) => count(topic)));
    await Promise.all([alerts, deadLetters, ...(late === undefined ? [] : [late])].map(count));
    if (counts.some((n) => n !== counts[0])) {
      const list = inputs.map(({ topic }, i) => `\`${topic}\` has ${counts[i]}`).join(", ");
      throw new PipelineError(
        "not-co-partitioned",
        `input topics must have the same number of partitions, so that a key is in the same one of each: ${list}`,
        { hint: "repartition one of them through a topic with the right number" },
      );
    }
    return counts[0]!;
  }

  /** Refuses to run over partitions whose number changed since anything was committed. */
  async #checkCommitted(): Promise<void> {
    const { log, inputs } = this.#wiring;
    const partitions = inputs.flatMap(({ topic }) =>
      Array.from({ length: this.#partitions }, (_, partition) => ({ topic, partition })),
    );
    const committed = await this.#policies.log.run("reading the committed offsets", () =>
      log.committed(this.#options.name, partitions),
    );
    for (const offset of committed) {
      const before = readMetadata(offset?.metadata ?? "")?.partitions ?? this.#partitions;
      if (before !== this.#partitions) throw partitionsChanged(before, this.#partitions);
    }
  }

  #scheduleCheck(): void {
    const { clock } = this.#options.host;
    this.#cancelCheck = clock.schedule(this.#settings.partitionCheckMs, () => void this.#checkGrowth());
  }

  async #checkGrowth(): Promise<void> {
    try {
      const now = await this.#checkTopics();
      if (now !== this.#partitions) throw partitionsChanged(this.#partitions, now);
    } catch (error) {
      if (error instanceof PipelineError) {
        this.#halt(error);
        return;
      }
      // A log that does not answer now is asked again.
    }
    if (this.#isRunning()) this.#scheduleCheck();
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
    await Promise.race([flushed, sleep(this.#options.host.clock, this.#settings.releaseMs)]);
  }

  async #assign(partitions: readonly TopicPartition[]): Promise<void> {
    if (!this.#isRunning()) return;
    this.#options.observer?.({ kind: "assigned", partitions });
    const { inputs } = this.#wiring;
    const numbers = new Set(partitions.map(({ partition }) => partition));
    for (const n of numbers) {
      if (n >= this.#partitions) {
        this.#halt(partitionsChanged(this.#partitions, n + 1));
        return;
      }
      const topics = inputs.filter(({ topic }) => partitions.some((p) => p.topic === topic && p.partition === n));
      if (topics.length < inputs.length) {
        const message = `partition ${n} of ${topics.length} of ${inputs.length} input topics was assigned here: the rest went elsewhere`;
        this.#halt(
          new PipelineError("options", message, { hint: "all members of the group need the co-partitioning assigner" }),
        );
        return;
      }
    }
    for (const [n, task] of this.#tasks) {
      if (numbers.has(n)) await task.reposition();
      else this.#letGo(n, task);
    }
    for (const n of numbers) if (!this.#tasks.has(n)) await this.#take(n);
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
    const task = this.#createTask(n);
    this.#tasks.set(n, task);
    if (this.#phase === "paused") task.pause();
    task.start();
  }

  #createTask(partition: number): Task {
    const { name, plan, host } = this.#options;
    const { inputs, alerts, deadLetters, late, log } = this.#wiring;
    const observer = this.#options.observer ?? ((): void => {});
    const names = taskNames(
      name,
      inputs.map(({ topic }) => topic),
      partition,
    );
    const parts = inputs.map(({ topic }) => ({ topic, partition }));
    const store = new TaskStore(this.#options.state, this.#policies.state, names.task);
    const { log: policy } = this.#policies;
    return new Task({
      task: names.task,
      plan,
      engine: this.#options.engine ?? {},
      notReplayable: notReplayable(this.#options, inputs.length),
      inputs: inputs.map(({ topic, decoder }) => ({ topic, partition, decoder })),
      source: {
        seek: (input, offset) => this.#member?.consumer.seek(parts[input]!, offset),
        pause: (input) => this.#member?.consumer.pause(parts[input]!),
        resume: (input) => this.#member?.consumer.resume(parts[input]!),
        range: (input) => policy.run("looking at the offsets", () => log.offsets(parts[input]!)),
      },
      topics: { alerts, deadLetters, late: late ?? null },
      partitions: this.#partitions,
      committer: this.#createCommitter(names, parts, store),
      store,
      turns: this.#turns,
      host,
      settings: this.#settings,
      observer,
      onCommitted: (counts: Counts) => addCounts(this.#counts, counts),
      onHalt: (error) => this.#halt(error),
    });
  }

  #createCommitter(
    names: ReturnType<typeof taskNames>,
    inputs: readonly TopicPartition[],
    store: TaskStore,
  ): Committer {
    const { name: group, host } = this.#options;
    const { log } = this.#wiring;
    const { log: policy } = this.#policies;
    const observer = this.#options.observer ?? ((): void => {});
    const { transactionTimeoutMs } = this.#settings;
    if (this.#wiring.delivery === "at-least-once") {
      return new AtLeastOnceCommitter({
        names,
        store,
        host,
        observer,
        committed: () => committedPoint(log, policy, group, inputs),
        send: async ({ batch }) => {
          if (batch.messages.length === 0) return;
          await policy.run("sending outputs", async () => {
            this.#producer ??= await log.producer();
            await this.#producer.send(batch.messages);
          });
        },
        acknowledge: (meta) => {
          const text = writeMetadata(meta);
          const offsets = inputs.map((input, i) => ({ ...input, offset: meta.positions[i]!, metadata: text }));
          return policy.run("committing offsets", async () => this.#member?.consumer.commit(offsets));
        },
      });
    }
    const publishMs = (this.#options.policies?.log?.timeoutMs ?? 30_000) / 2;
    return new ExactlyOnceCommitter({
      names,
      group,
      inputs,
      log,
      policy,
      store,
      host,
      transactionTimeoutMs,
      publishMs,
      observer,
    });
  }

  #isRunning(): boolean {
    return this.#phase === "running" || this.#phase === "paused";
  }

  #halt(error: Error): void {
    if (this.#phase === "halted" || this.#phase === "stopped") return;
    this.#phase = "halted";
    this.#cancelCheck();
    this.#options.observer?.({ kind: "halted", error });
    for (const task of this.#tasks.values()) void task.release(this.#settings.releaseMs, false);
    for (const delivery of this.#deliveries) void delivery.stop(this.#settings.releaseMs);
    void this.#close();
    this.#end.reject(error);
  }

  async #close(): Promise<void> {
    await this.#member?.stop();
    await this.#member?.consumer.close();
    await this.#producer?.close();
  }
}

function partitionsChanged(before: number, now: number): PipelineError {
  return new PipelineError(
    "partitions-changed",
    `the input topics have ${now} partitions now, and the state was made with ${before}: keys would be in two tasks`,
    {
      hint: "make new topics with the new number of partitions, or run under a new `name` to begin with empty state",
    },
  );
}

/** Why replaying the log would not make the same state again; `null` where it would. */
function notReplayable({ engine }: PipelineOptions, inputs: number): string | null {
  if (inputs > 1) return "the order in which several topics were read cannot be repeated";
  if (engine?.functions !== undefined) return "functions of the host may answer differently now";
  if (engine?.tables !== undefined) return "tables of the host may have other rows now";
  return null;
}
