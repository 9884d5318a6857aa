import type { LogMessage } from "../contracts/log.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { Refused, Sink, SinkAlert } from "../contracts/sink.ts";
import type { Policies } from "../policies.ts";
import { alertIdHeader } from "../task/alert-message.ts";
import type { PendingCommit } from "../task/committer.ts";
import { deadLetter } from "../task/dead-letter.ts";

export interface SourceOutputsOptions {
  readonly task: string;
  /** Of the source. */
  readonly topic: string;
  readonly sinks: readonly Sink[];
  readonly policies: Policies;
  readonly deadLetters: ((letters: readonly LogMessage[]) => Promise<void>) | undefined;
  readonly observer: PipelineObserver;
  /** The host's clock. */
  readonly now: () => number;
}

const defaultBatchSize = 500;
/** What dead letters of a source say as their topic. */
export const deadLetterTopic = "dead-letters";

/** Writes what was evaluated: dead letters first, then alerts to each sink. What a sink refuses is a dead letter too. */
export async function writeOutputs(options: SourceOutputsOptions, { batch, positions }: PendingCommit): Promise<void> {
  const { sinks, policies, deadLetters, observer, now } = options;
  if (batch.messages.length > 0) await deadLetters?.(batch.messages);
  const next = positions[0]!;
  for (const sink of sinks) {
    const policy = policies.sinks.get(sink.name)!;
    const size = sink.batchSize ?? defaultBatchSize;
    for (let i = 0; i < batch.alerts.length; i += size) {
      const alerts = batch.alerts.slice(i, i + size);
      const part = { source: null, next, alerts };
      const startedAt = now();
      const refused = await policy.run("writing to a sink", () => sink.write(part));
      if (refused.length > 0) await refuse(options, next - 1, alerts, refused);
      observer({
        kind: "delivered",
        sink: sink.name,
        alerts: alerts.length - refused.length,
        refused: refused.length,
        ms: now() - startedAt,
        headers: alerts.map(({ headers }) => headers),
      });
    }
  }
}

async function refuse(
  { task, topic, deadLetters, observer }: SourceOutputsOptions,
  offset: number,
  alerts: readonly SinkAlert[],
  refused: readonly Refused[],
): Promise<void> {
  const letters = refused.map(({ index, code, message }) => {
    const { id, json, headers } = alerts[index]!;
    observer({ kind: "dead-letter", task, code, topic, partition: 0, offset, message });
    const record = { offset, timestamp: 0, key: null, value: null, headers: { ...headers, [alertIdHeader]: id } };
    return { ...deadLetter(deadLetterTopic, topic, 0, record, { code, message }), value: json };
  });
  await deadLetters?.(letters);
}
