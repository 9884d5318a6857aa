import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { EngineStats } from "@weir/core";
import type { Diagnostic } from "@weir/dsl";
import type { DataSource } from "../data/load-events.ts";
import { type DatasetFacts, type RunFacts, silenceMs, type WorkerMessage } from "../protocol/calls.ts";
import type { Hosting } from "../engine/hosting.ts";
import type { SetAsideEvent } from "../engine/run.ts";
import { EngineClient, StoppedError } from "./engine-client.ts";

/** A run of one version of the rules, as far as the page knows it. */
export interface RunState {
  /** What the rules ran over. */
  readonly source: DataSource | null;
  readonly status: "idle" | "running" | "done" | "bad-rules" | "stopped" | "failed";
  /** Of the run underway, or of the last one that ended. */
  readonly facts: RunFacts | null;
  readonly stats: EngineStats | null;
  readonly asides: readonly SetAsideEvent[];
  readonly diagnostics: readonly Diagnostic[];
  readonly problem: string | null;
  readonly ms: number | null;
  /** Counts what may have changed the results. */
  readonly revision: number;
}

export const idleRun: RunState = {
  source: null,
  status: "idle",
  facts: null,
  stats: null,
  asides: [],
  diagnostics: [],
  problem: null,
  ms: null,
  revision: 0,
};

/** No more events than this are kept in the page: their columns must fit its memory. */
export const maxEvents = 5_000_000;

/** One version of the rules, with a worker of its own that runs them. */
export class Version {
  readonly name: "A" | "B";
  readonly text: Signal<string>;
  readonly #run: Signal<RunState> = signal(idleRun);
  readonly client: EngineClient;
  #loaded: DataSource | null = null;
  #runs = 0;

  constructor(name: "A" | "B", text: string, onReport: (message: WorkerMessage) => void) {
    this.name = name;
    this.text = signal(text);
    this.client = new EngineClient((message) => {
      if (message.kind === "running") this.#update({ facts: message.facts });
      else onReport(message);
    });
  }

  get run(): ReadonlySignal<RunState> {
    return this.#run;
  }

  /** Loads a recording into the worker. */
  async load(source: DataSource): Promise<DatasetFacts> {
    this.#runs++;
    this.#loaded = null;
    this.#run.value = { ...idleRun, revision: this.#run.value.revision + 1 };
    const facts = await this.client.call("load", { ...source, limit: maxEvents });
    this.#loaded = source;
    return facts;
  }

  /** Runs the rules as they stand over the recording; a run underway ends. */
  async start(source: DataSource, hosting: Hosting): Promise<void> {
    const run = ++this.#runs;
    const text = this.text.value;
    try {
      if (this.#loaded !== source) {
        await this.client.call("load", { ...source, limit: maxEvents });
        this.#loaded = source;
      }
      if (run !== this.#runs) return;
      this.#update({ status: "running", problem: null, source });
      const outcome = await this.client.call("run", { text, hosting });
      if (run !== this.#runs) return;
      if (outcome.kind === "bad-rules") this.#update({ status: "bad-rules", diagnostics: outcome.diagnostics });
      else if (outcome.kind === "done") {
        const { facts, stats, asides, diagnostics, ms } = outcome;
        this.#update({ status: "done", facts, stats, asides, diagnostics, ms });
      } else this.#update({ status: "idle" });
    } catch (error) {
      this.#fail(run, error);
    }
  }

  /** Ends a run underway. */
  async cancel(): Promise<void> {
    this.#runs++;
    await this.client.call("cancel", null);
    this.#update({ status: "stopped", problem: "You stopped this run; the results are those up to there." });
  }

  end(): void {
    this.client.end();
  }

  #fail(run: number, error: unknown): void {
    if (error instanceof StoppedError) this.#loaded = null;
    if (run !== this.#runs) return;
    if (error instanceof StoppedError) {
      const at = this.#run.value.facts?.position ?? 0;
      const problem = `Stopped: a rule kept the engine busy for more than ${silenceMs / 1000} seconds near event ${at.toLocaleString("en-US")}. Change the rules to run them again.`;
      this.#update({ status: "stopped", problem, facts: null });
    } else this.#update({ status: "failed", problem: error instanceof Error ? error.message : String(error) });
  }

  #update(change: Partial<RunState>): void {
    const before = this.#run.value;
    this.#run.value = { ...before, ...change, revision: before.revision + 1 };
  }
}
