import type { LogProducer } from "../contracts/log.ts";
import type {
  DependencyStatus,
  PipelineOptions,
  PipelineSettings,
  SourceWiring,
  TopicWiring,
} from "../contracts/pipeline.ts";
import { SharedProducer } from "../log/shared-producer.ts";
import { countPartitions } from "../log/topic-check.ts";
import type { Policies } from "../policies.ts";
import { createDeliveries } from "../sinks/create-deliveries.ts";
import type { SinkDelivery } from "../sinks/sink-delivery.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import type { Committer } from "../task/committer.ts";
import { EarlyOutputs } from "../task/early-outputs.ts";
import type { OutputTopics } from "../task/evaluator.ts";
import { createExactlyOnce } from "../task/exactly-once.ts";
import type { TaskNames } from "../task/task-names.ts";
import type { TaskStore } from "../task/task-store.ts";
import type { SourceOutput } from "./source-output.ts";

export interface TopicOutputOptions {
  readonly options: PipelineOptions;
  readonly wiring: SourceWiring;
  readonly topics: TopicWiring;
  readonly settings: PipelineSettings;
  readonly policies: Policies;
}

/**
 * Alerts go to a topic, which sinks read.
 *
 * Exactly once: the position in the source is committed in the transaction of the alerts, as the offset of partition 0 of the alerts
 * topic for a group of its own, so that the protocol is that of a topic as input. The log takes any number for an offset.
 */
export class TopicOutput implements SourceOutput {
  readonly topics: OutputTopics;
  readonly #given: TopicOutputOptions;
  readonly #producer: SharedProducer;
  readonly #deliveries: readonly SinkDelivery[];

  constructor(given: TopicOutputOptions) {
    this.#given = given;
    const { options, topics, settings, policies } = given;
    const { alerts, alertFormat, deadLetters, late } = topics;
    this.topics = { alerts, alertFormat, deadLetters, late: late ?? null };
    this.#producer = new SharedProducer(topics.log);
    this.#deliveries = createDeliveries(options, topics, settings, policies);
  }

  async start(): Promise<void> {
    const { topics, policies } = this.#given;
    await countPartitions(topics, policies.log);
    for (const delivery of this.#deliveries) await delivery.start();
  }

  committer(names: TaskNames, store: TaskStore): Committer {
    const { options, wiring, topics, settings, policies } = this.#given;
    const { host, observer = (): void => {} } = options;
    const { log, alerts, delivery } = topics;
    const acknowledge = ({ positions }: { readonly positions: readonly number[] }): Promise<void> =>
      wiring.source.acknowledge(positions[0]!);
    if (delivery === "at-least-once") {
      const send = (messages: Parameters<LogProducer["send"]>[0]): Promise<void> =>
        policies.log.run("sending outputs", async () => (await this.#producer.get()).send(messages));
      const committed = () => Promise.resolve({ metadata: null, positions: [null] });
      const outputs = new EarlyOutputs(send);
      return new AtLeastOnceCommitter({ names, store, host, observer, committed, outputs, acknowledge });
    }
    const inputs = [{ topic: alerts, partition: 0 }];
    const group = sourceGroup(options.name);
    return createExactlyOnce(options, settings, {
      names,
      store,
      group,
      inputs,
      log,
      policy: policies.log,
      acknowledge,
    });
  }

  async stop(deadlineMs: number): Promise<boolean> {
    const clean = await Promise.all(this.#deliveries.map((delivery) => delivery.stop(deadlineMs)));
    await this.#producer.close();
    return clean.every(Boolean);
  }

  status(): readonly DependencyStatus[] {
    return [this.#given.policies.log.status(), ...this.#deliveries.map((delivery) => delivery.status())];
  }
}

/** The group under which the position in the source of a pipeline is committed. */
export function sourceGroup(name: string): string {
  return `${name}.source`;
}
