import type { PipelineOptions, PipelineSettings, TopicWiring } from "../contracts/pipeline.ts";
import { type Policies, sinkPolicy } from "../policies.ts";
import { SinkDelivery } from "./sink-delivery.ts";

/** A reader of the alerts topic for each sink of a pipeline. */
export function createDeliveries(
  { name, host, sinks = [], policies, observer = (): void => {} }: PipelineOptions,
  { log, alerts, alertFormat, deadLetters }: TopicWiring,
  settings: PipelineSettings,
  guards: Policies,
): readonly SinkDelivery[] {
  return sinks.map(
    (sink) =>
      new SinkDelivery({
        name,
        sink,
        log,
        alerts,
        alertFormat,
        deadLetters,
        policy: guards.sinks.get(sink.name)!,
        retries: sinkPolicy(sink, policies).retries,
        logPolicy: guards.log,
        host,
        settings,
        observer,
      }),
  );
}
