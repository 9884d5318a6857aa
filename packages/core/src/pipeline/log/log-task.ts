import type { LogProducer, TopicPartition } from "../contracts/log.ts";
import type { Counts } from "../contracts/observer.ts";
import type { LogWiring, PipelineOptions, PipelineSettings } from "../contracts/pipeline.ts";
import type { Policies } from "../policies.ts";
import { engineOptions, type LivePublisher } from "../live/live-publisher.ts";
import type { TableRows } from "../tables/table-rows.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import { committedPoint } from "../task/committed-point.ts";
import { writeMetadata } from "../task/commit-metadata.ts";
import type { Committer } from "../task/committer.ts";
import { EarlyOutputs } from "../task/early-outputs.ts";
import { createExactlyOnce } from "../task/exactly-once.ts";
import { Task } from "../task/task.ts";
import { type TaskNames, taskNames } from "../task/task-names.ts";
import { TaskStore } from "../task/task-store.ts";
import type { Turns } from "../task/turns.ts";
import type { GroupMember } from "./group-member.ts";

/** What the tasks of a pipeline over a log share. */
export interface LogTaskContext {
  readonly options: PipelineOptions;
  readonly wiring: LogWiring;
  readonly settings: PipelineSettings;
  readonly policies: Policies;
  readonly turns: Turns;
  readonly live: LivePublisher | null;
  readonly tables: TableRows;
  readonly partitions: number;
  readonly member: () => GroupMember | null;
  /** For outputs without a transaction. */
  readonly producer: () => Promise<LogProducer>;
  readonly onCommitted: (counts: Counts) => void;
  readonly onHalt: (error: Error) => void;
}

/** The task of one partition of all input topics. */
export function createLogTask(context: LogTaskContext, partition: number): Task {
  const { options, wiring, policies, settings } = context;
  const { inputs, alerts, alertFormat, deadLetters, late, log } = wiring;
  const topics = inputs.map(({ topic }) => topic);
  const names = taskNames(options.name, topics, partition);
  const parts = topics.map((topic) => ({ topic, partition }));
  const store = new TaskStore(options.state, policies.state, names.task);
  const consumer = () => context.member()?.consumer;
  return new Task({
    task: names.task,
    plan: options.plan,
    engine: engineOptions(options),
    notReplayable: notReplayable(options, inputs.length),
    inputs: inputs.map(({ topic, decoder }) => ({ topic, partition, decoder })),
    source: {
      seek: (input, offset) => consumer()?.seek(parts[input]!, offset),
      pause: (input) => consumer()?.pause(parts[input]!),
      resume: (input) => consumer()?.resume(parts[input]!),
      range: (input) => policies.log.run("looking at the offsets", () => log.offsets(parts[input]!)),
    },
    topics: { alerts, alertFormat, deadLetters, late: late ?? null },
    partitions: context.partitions,
    committer: createCommitter(context, names, parts, store),
    store,
    live: context.live,
    tables: context.tables,
    turns: context.turns,
    alertHeaders: options.alertHeaders,
    host: options.host,
    settings,
    observer: options.observer ?? ((): void => {}),
    onCommitted: context.onCommitted,
    onHalt: context.onHalt,
  });
}

function createCommitter(
  { options, wiring, settings, policies, member, producer }: LogTaskContext,
  names: TaskNames,
  inputs: readonly TopicPartition[],
  store: TaskStore,
): Committer {
  const { name: group, host, observer = (): void => {} } = options;
  const { log } = wiring;
  const { log: policy } = policies;
  const common = { names, store, host, observer };
  if (wiring.delivery === "at-least-once") {
    return new AtLeastOnceCommitter({
      ...common,
      committed: () => committedPoint(log, policy, group, inputs),
      outputs: new EarlyOutputs((messages) =>
        policy.run("sending outputs", async () => (await producer()).send(messages)),
      ),
      acknowledge: (meta) => {
        const text = writeMetadata(meta);
        const offsets = inputs.map((input, i) => ({ ...input, offset: meta.positions[i]!, metadata: text }));
        return policy.run("committing offsets", async () => member()?.consumer.commit(offsets));
      },
    });
  }
  return createExactlyOnce(options, settings, { names, store, group, inputs, log, policy });
}

/** Why replaying the log would not make the same state again; `null` where it would. */
function notReplayable({ engine, tables }: PipelineOptions, inputs: number): string | null {
  if (inputs > 1) return "the order in which several topics were read cannot be repeated";
  if (engine?.functions !== undefined) return "functions of the host may answer differently now";
  if (engine?.tables !== undefined || tables !== undefined) return "tables of the host may have other rows now";
  return null;
}
