import {
  createPipeline,
  type Decoder,
  type Log,
  type Pipeline,
  type PipelineEvent,
  type Plan,
  type Sink,
  type StateStore,
} from "@weir/core";
import { FakeWebhook } from "./fake-endpoint.ts";
import { FakeLog } from "./fake-log.ts";
import { RegistryDecoder } from "./fake-registry.ts";
import { FakeSink } from "./fake-sink.ts";
import { FakeStateStore } from "./fake-state-store.ts";
import { SimProcess } from "./sim-process.ts";
import type { Step } from "./scenario.ts";
import { app, topics, type World } from "./world.ts";

/** A mistake put into what a pipeline is given, to see that the checks find it. */
export interface PlantedBug {
  readonly name: string;
  /** The ports of a process, with the mistake in them. */
  readonly plant: (ports: Ports) => Partial<Ports>;
}

/** What a pipeline meets of the world. */
export interface Ports {
  readonly log: Log;
  readonly state: StateStore;
  readonly decoder: Decoder;
  readonly webhook: Sink;
}

/** A process that runs the pipeline. A supervisor starts it again when it was killed. */
export class Worker {
  readonly #world: World;
  readonly #plan: Plan;
  readonly #bug: PlantedBug | null;
  readonly #onStep: (worker: Worker, step: Step) => void;
  readonly id: number;
  /** Of the state that a task's last commit was of. */
  readonly #versions = new Map<string, number>();
  #incarnation = 0;
  process: SimProcess;
  pipeline: Pipeline | null = null;

  constructor(
    world: World,
    plan: Plan,
    id: number,
    bug: PlantedBug | null,
    onStep: (worker: Worker, step: Step) => void,
  ) {
    this.#world = world;
    this.#plan = plan;
    this.id = id;
    this.#bug = bug;
    this.#onStep = onStep;
    this.process = this.#newProcess();
  }

  get running(): boolean {
    return this.process.running && this.pipeline !== null;
  }

  start(): void {
    const world = this.#world;
    this.process = this.#newProcess();
    const { process } = this;
    const crash = (): never => {
      world.tally.fired("poison record");
      this.kill();
      throw new Error("the process is gone");
    };
    const plain: Ports = {
      log: new FakeLog(world.broker, world.links.kafka, process),
      state: new FakeStateStore(world.state, world.links.redis, process),
      decoder: new RegistryDecoder(world.links.registry, process, world.tally, crash),
      webhook: new FakeWebhook(world.endpoint, world.links.http, process),
    };
    const { log, state, decoder, webhook } = { ...plain, ...this.#bug?.plant(plain) };
    const { settings, delivery, lateTopic } = world.scenario;
    const pipeline = createPipeline({
      name: app,
      plan: this.#plan,
      input: {
        log,
        inputs: [{ topic: topics.input, decoder }],
        alerts: topics.alerts,
        deadLetters: topics.deadLetters,
        ...(lateTopic ? { late: topics.late } : {}),
        delivery,
      },
      state,
      sinks: [new FakeSink(world.table, world.links.sink, process), webhook],
      host: process.host,
      settings,
      policies: {
        // The breakers of a minute would make every run longer, and are tested on their own.
        log: { firstDelayMs: 200, timeoutMs: 8000, openMs: 3000 },
        state: { openMs: 3000 },
        sinks: { table: { retries: 2, openMs: 3000 }, webhook: { retries: 3, firstDelayMs: 200, openMs: 3000 } },
      },
      observer: (event) => this.#observe(process, event),
    });
    this.pipeline = pipeline;
    pipeline.start().catch((error: unknown) => {
      if (!process.alive) return;
      // A log that does not answer at the start ends the process; its supervisor tries again.
      world.tell(process.name, `did not start: ${String(error)}`);
      this.kill();
    });
    pipeline.ended.catch((error: unknown) => {
      if (error instanceof Error && process.alive && this.pipeline === pipeline && isBroken(error)) {
        world.violated(
          `${process.name} halted: ${error.message} ${error.cause instanceof Error ? (error.cause.stack ?? "") : ""}`,
        );
      }
    });
  }

  kill(): void {
    if (!this.process.alive) return;
    this.#world.tell(this.process.name, "killed");
    this.process.kill();
    this.pipeline = null;
    this.#world.time.schedule(this.#world.random.int(50, 3000), () => this.start());
  }

  /** Ends the process that runs now, as slowly as that may be. */
  async stop(): Promise<void> {
    const { pipeline, process } = this;
    this.pipeline = null;
    await pipeline?.stop({ deadlineMs: 5000 });
    process.kill();
  }

  #newProcess(): SimProcess {
    return new SimProcess(`w${this.id}.${this.#incarnation++}`, this.#world.time, this.#world.random.fork());
  }

  #observe(process: SimProcess, event: PipelineEvent): void {
    if (!process.alive) return;
    const world = this.#world;
    world.tell(process.name, describe(event));
    if (event.kind === "committed") {
      const { consumed, processed, late, deadLetters, skipped } = event.counts;
      if (consumed !== processed + late + deadLetters + skipped) {
        world.violated(
          `${consumed} consumed, but ${processed} processed, ${late} late, ${deadLetters} dead, ${skipped} skipped`,
        );
      }
      const isLater = this.#versions.get(event.task) === event.version && consumed > 0;
      if (isLater && world.scenario.settings.checkpointEvery === 1) world.tally.fired("state written later");
      this.#versions.set(event.task, event.version);
    } else if (event.kind === "acquired") world.tally.fired(`state ${event.state}`);
    else if (event.kind === "paused") world.tally.fired("queue full");
    else if (event.kind === "keys-left") world.tally.fired("keys left memory");
    else if (event.kind === "keys-read" && event.found > 0) world.tally.fired("keys read back");
    else if (event.kind === "gap") world.tally.fired("offset out of range");
    else if (event.kind === "breaker" && event.state === "open") world.tally.fired("breaker open");
    else if (event.kind === "dead-letter" || event.kind === "late") world.tally.fired(event.kind);
    if (event.kind === "commit-step" || event.kind === "acquire-step") this.#onStep(this, event.step);
  }
}

function isBroken(error: Error): boolean {
  return !/no reply|connection refused|failed too often|did not answer/.test(error.message);
}

function describe(event: PipelineEvent): string {
  return JSON.stringify(event, (name, value: unknown) =>
    value instanceof Error ? value.message : name === "counts" ? undefined : value,
  );
}
