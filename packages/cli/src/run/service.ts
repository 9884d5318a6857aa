import { createPipeline, type Pipeline, type PipelineObserver, type PipelineStatus, type Plan } from "@weir/core";
import { createNodeHost } from "@weir/connectors/host";
import { createAlertSpans } from "@weir/connectors/tracing";
import type { RunConfig } from "./config/run-config.ts";
import type { Logger } from "./logger.ts";
import type { Resources } from "./resources.ts";
import { tableWirings } from "./tables.ts";

export interface ServiceOptions {
  readonly config: RunConfig;
  /** Where the configuration is. */
  readonly path: string;
  readonly plan: Plan;
  readonly resources: Resources;
  readonly observer: PipelineObserver;
  readonly logger: Logger;
}

/** A pipeline whose rules can be replaced while it runs. */
export class Service {
  readonly #options: ServiceOptions;
  #plan: Plan;
  #pipeline: Pipeline;
  #replacing = false;
  readonly #ended: Promise<void>;
  #end: { readonly resolve: () => void; readonly reject: (error: unknown) => void } = {
    resolve: () => {},
    reject: () => {},
  };

  private constructor(options: ServiceOptions, pipeline: Pipeline) {
    this.#options = options;
    this.#plan = options.plan;
    this.#pipeline = pipeline;
    this.#ended = new Promise((resolve, reject) => (this.#end = { resolve, reject }));
    void this.#watch(pipeline);
  }

  static async start(options: ServiceOptions): Promise<Service> {
    const pipeline = await startPipeline(options, options.plan);
    return new Service(options, pipeline);
  }

  /** Resolves when the service was stopped, rejects when its pipeline halted. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  status(): PipelineStatus {
    return this.#pipeline.status();
  }

  /**
   * Goes on with other rules, keeping the state of what they have in common: what was read is committed by the old rules, what comes
   * next is read by the new ones. Where they cannot be started the old ones go on.
   */
  async replace(plan: Plan): Promise<void> {
    if (this.#replacing) throw new Error("the rules are being replaced already");
    const before = this.#plan;
    this.#replacing = true;
    try {
      await this.#pipeline.stop();
      try {
        this.#pipeline = await startPipeline(this.#options, plan);
        this.#plan = plan;
      } catch (error) {
        this.#options.logger.error({ err: error }, "the new rules cannot be started: the old ones go on");
        this.#pipeline = await startPipeline(this.#options, before);
        throw error;
      }
    } catch (error) {
      if (this.#pipeline.status().phase !== "running") this.#end.reject(error);
      throw error;
    } finally {
      this.#replacing = false;
      void this.#watch(this.#pipeline);
    }
  }

  /** Commits what was evaluated and ends; answers whether all of it was. */
  async stop(): Promise<boolean> {
    return (await this.#pipeline.stop()).clean;
  }

  async #watch(pipeline: Pipeline): Promise<void> {
    try {
      await pipeline.ended;
      if (!this.#replacing) this.#end.resolve();
    } catch (error) {
      this.#end.reject(error);
    }
  }
}

async function startPipeline(
  { config, path, resources, observer, logger }: ServiceOptions,
  plan: Plan,
): Promise<Pipeline> {
  const { state, sinks, live } = resources;
  const { settings, policies, params } = config;
  const traced = config.tracing?.alerts ?? 0;
  const tables = tableWirings(plan, config, path, logger);
  const pipeline = createPipeline({
    name: config.name,
    plan,
    engine: params === undefined ? {} : { params },
    // Without tables state can be made again from the log.
    ...(tables === undefined ? {} : { tables }),
    input: await resources.openInput(),
    state,
    sinks,
    ...(live === null ? {} : { live }),
    host: createNodeHost(),
    observer,
    ...(traced > 0 ? { alertHeaders: createAlertSpans({ ratio: traced, topic: config.alerts?.topic ?? null }) } : {}),
    ...(settings === undefined ? {} : { settings }),
    ...(policies === undefined ? {} : { policies }),
  });
  await pipeline.start();
  return pipeline;
}
