import type { Fault, Step } from "./scenario.ts";
import type { Worker } from "./worker.ts";
import { topics, type World } from "./world.ts";

type WorkerFault = Extract<Fault, { readonly kind: "kill" | "zombie" | "worker leaves" | "pause" | "drain" }>;

/** Makes the faults of a scenario happen at their times. */
export class FaultDriver {
  readonly #world: World;
  readonly #workers: Worker[];
  readonly #addWorker: () => void;
  /** Waiting for a worker to get to their step. */
  #armed: (Fault & { readonly kind: "kill at step" | "stop at step" })[] = [];

  constructor(world: World, workers: Worker[], addWorker: () => void) {
    this.#world = world;
    this.#workers = workers;
    this.#addWorker = addWorker;
    for (const fault of world.scenario.faults) world.time.schedule(fault.at, () => this.#begin(fault));
  }

  onStep(worker: Worker, step: Step): void {
    const fault = this.#armed.find((armed) => armed.step === step);
    if (fault === undefined) return;
    this.#armed = this.#armed.filter((armed) => armed !== fault);
    this.#fired(`${fault.kind} ${step}`);
    if (fault.kind === "kill at step") worker.kill();
    else worker.process.stopFor(fault.ms);
  }

  /** Everything works again. */
  calm(): void {
    this.#armed = [];
    for (const link of Object.values(this.#world.links)) {
      link.down = false;
      Object.assign(link.faults, { lostRequests: 0, lostReplies: 0, late: 0, duplicated: 0 });
    }
    this.#world.table.delayMs = 0;
    this.#world.endpoint.failing = false;
    for (const worker of this.#workers) worker.pipeline?.resume();
  }

  #begin(fault: Fault): void {
    const { links, time, table, endpoint, state, random } = this.#world;
    const running = this.#workers.filter((worker) => worker.running);
    switch (fault.kind) {
      case "kill at step":
      case "stop at step":
        this.#armed.push(fault);
        return;
      case "service down":
        this.#fired(fault.kind);
        links[fault.service].down = true;
        time.schedule(fault.ms, () => {
          links[fault.service].down = false;
        });
        return;
      case "bad network": {
        const { rate } = fault;
        // A transaction's requests are numbered, so that copies of them do nothing.
        const duplicated = fault.service === "kafka" ? 0 : rate;
        Object.assign(links[fault.service].faults, {
          lostRequests: rate / 2,
          lostReplies: rate / 2,
          late: rate / 2,
          duplicated,
        });
        time.schedule(fault.ms, () =>
          Object.assign(links[fault.service].faults, { lostRequests: 0, lostReplies: 0, late: 0, duplicated: 0 }),
        );
        return;
      }
      case "store restart":
        this.#world.tell("redis", `restart, ${fault.lost} writes lost`);
        void state.restart(fault.lost);
        return;
      case "slow sink":
        table.delayMs = fault.delayMs;
        time.schedule(fault.ms, () => {
          table.delayMs = 0;
        });
        return;
      case "endpoint fails":
        endpoint.failing = true;
        time.schedule(fault.ms, () => {
          endpoint.failing = false;
        });
        return;
      case "worker joins":
        this.#fired(fault.kind);
        this.#addWorker();
        return;
      case "trim":
        this.#trim();
        return;
      case "kill":
      case "zombie":
      case "worker leaves":
      case "pause":
      case "drain":
        if (running.length === 0) return;
        this.#fired(fault.kind);
        this.#befall(random.pick(running), fault);
    }
  }

  #befall(worker: Worker, fault: WorkerFault): void {
    const { time } = this.#world;
    switch (fault.kind) {
      case "kill":
        worker.kill();
        return;
      case "zombie":
        worker.process.stopFor(fault.ms);
        return;
      case "worker leaves":
        void worker.stop();
        time.schedule(fault.ms, () => worker.start());
        return;
      case "pause": {
        const { pipeline } = worker;
        pipeline?.pause();
        time.schedule(fault.ms, () => pipeline?.resume());
        return;
      }
      case "drain": {
        const { pipeline } = worker;
        void pipeline?.drain().then(() => pipeline.resume());
        return;
      }
    }
  }

  /** Retention takes half of what nobody has read yet, while nobody reads. */
  #trim(): void {
    const { broker, time, scenario } = this.#world;
    for (const worker of this.#workers) worker.process.stopFor(15_000);
    time.schedule(14_000, () => {
      for (let partition = 0; partition < scenario.partitions; partition++) {
        const source = { topic: topics.input, partition };
        const [committed] = broker.fetchOffsets("app", [source]);
        const { end } = broker.offsets(source);
        // Who has committed nothing begins at what there is, and misses nothing.
        const from = committed?.offset ?? end;
        if (end - from >= 2) broker.trim(source, from + Math.ceil((end - from) / 2));
      }
    });
  }

  #fired(kind: string): void {
    this.#world.tally.fired(kind);
    this.#world.tell("FAULT", kind);
  }
}
