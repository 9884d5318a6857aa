import type { PipelineStatus } from "./contracts/pipeline.ts";
import { PipelineError } from "./contracts/pipeline-error.ts";
import type { PipelineObserver } from "./contracts/observer.ts";

/** Where a pipeline stands between its start and its end, and the promise of that end. */
export class Lifecycle {
  readonly ended: Promise<void>;
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #observer: PipelineObserver | undefined;
  #phase: PipelineStatus["phase"] = "new";

  constructor(observer: PipelineObserver | undefined) {
    this.#observer = observer;
    this.ended = this.#end.promise;
    // Who does not look at `ended` has the observer and the status.
    this.ended.catch(() => {});
  }

  get phase(): PipelineStatus["phase"] {
    return this.#phase;
  }

  get isRunning(): boolean {
    return this.#phase === "running" || this.#phase === "paused";
  }

  begin(): void {
    if (this.#phase !== "new") throw new PipelineError("options", "a pipeline is started once");
    this.#phase = "running";
  }

  /** Answers whether it was running until now. */
  pause(): boolean {
    return this.#move("running", "paused");
  }

  /** Answers whether it was paused until now. */
  resume(): boolean {
    return this.#move("paused", "running");
  }

  /** For a drain: paused, whatever it was; answers whether there is anything to drain. */
  hold(): boolean {
    if (!this.isRunning) return false;
    this.#phase = "paused";
    return true;
  }

  /** Answers whether there is anything to stop. */
  stopping(): boolean {
    if (!this.isRunning) return false;
    this.#phase = "stopping";
    return true;
  }

  stopped(): void {
    this.#phase = "stopped";
    this.#end.resolve();
  }

  /** Tells of the error that ends the pipeline; answers whether that is news. */
  halt(error: Error): boolean {
    if (this.#phase === "halted" || this.#phase === "stopped") return false;
    this.#phase = "halted";
    this.#observer?.({ kind: "halted", error });
    this.#end.reject(error);
    return true;
  }

  #move(from: PipelineStatus["phase"], to: PipelineStatus["phase"]): boolean {
    if (this.#phase !== from) return false;
    this.#phase = to;
    return true;
  }
}
