import { randomUUID } from "node:crypto";
import { sourceGroup, type TopicPartition } from "@weir/core";
import { createKafkaLog } from "@weir/connectors/kafka";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { loadConfig } from "../run/config/load-config.ts";
import { hasTopics, isLogConfig, type LogConfig, type RunConfig, type TopicsConfig } from "../run/config/run-config.ts";
import { explained } from "../run/explained.ts";
import { createLogger } from "../run/logger.ts";
import { kafkaOptions } from "../run/kafka-resources.ts";
import { openState } from "../run/resources.ts";
import type { Console } from "../terminal/console.ts";

export interface ResetOptions {
  readonly from?: number;
}

const transactionTimeoutMs = 60_000;

/**
 * Forgets the state of a task and what its offsets say of it; the task begins with empty state at the committed offset, or at `from`.
 *
 * A process that still runs the task is fenced: it takes it up again, as it is then.
 */
export async function reset(path: string, task: string, options: ResetOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(path, process.env);
  const logger = createLogger(config.name, "error");
  if (!hasTopics(config) || (!isLogConfig(config) && config.delivery === "at-least-once")) {
    return resetSource(config, path, task, options, console);
  }
  const { topics, partition, group, inputs } = isLogConfig(config) ? partsOf(task, config) : sourceParts(task, config);
  return explained(async () => {
    const log = createKafkaLog(kafkaOptions(config.kafka, path, logger));
    const state = await openState(config.state, path, logger);
    try {
      const fence = `reset-${randomUUID()}`;
      await state.acquire(task, fence);
      // In the order of taking up a task: whoever had it can commit nothing after this.
      const producer = await log.transactionalProducer(
        `${config.name}.${topics.join("+")}.${partition}`,
        transactionTimeoutMs,
      );
      const committed = await log.committed(group, inputs);
      const offsets = inputs.map((input, i) => ({
        ...input,
        offset: options.from ?? committed[i]?.offset ?? 0,
        metadata: "",
      }));
      await producer.begin();
      await producer.sendOffsets(group, offsets);
      await producer.commit();
      await producer.close();
      await state.clear(task, fence);
      const places = offsets.map(({ offset }, i) => `${topics[i]} at ${offset}`).join(", ");
      console.out.write(`${task} begins with empty state: ${places}\n`);
      return exitCode.ok;
    } finally {
      await state.close();
      await log.close();
    }
  });
}

/** The rows that are left are read again: what was read is deleted once it has taken effect. */
async function resetSource(
  config: RunConfig,
  path: string,
  task: string,
  { from }: ResetOptions,
  console: Console,
): Promise<ExitCode> {
  checkSourceTask(task, config);
  if (from !== undefined) {
    throw new CommandError(exitCode.usage, "an outbox has no offset to begin from: it begins at the first row left");
  }
  return explained(async () => {
    const state = await openState(config.state, path, createLogger(config.name, "error"));
    try {
      const fence = `reset-${randomUUID()}`;
      await state.acquire(task, fence);
      await state.clear(task, fence);
      console.out.write(`${task} begins with empty state: at the first row left in the outbox\n`);
      return exitCode.ok;
    } finally {
      await state.close();
    }
  });
}

/** What a task is called in the log. */
interface Parts {
  readonly topics: readonly string[];
  readonly partition: number;
  readonly group: string;
  /** Whose offsets say where the task stands. */
  readonly inputs: readonly TopicPartition[];
}

/** The position in a source is an offset of the alerts topic, for a group of its own. */
function sourceParts(task: string, config: TopicsConfig): Parts {
  checkSourceTask(task, config);
  const inputs = [{ topic: config.alerts.topic, partition: 0 }];
  return { topics: [sourceName], partition: 0, group: sourceGroup(config.name), inputs };
}

const sourceName = "outbox";

function checkSourceTask(task: string, { name }: RunConfig): void {
  const only = `${name}:${sourceName}:0`;
  if (task !== only) throw notATask(task, `its only task is \`${only}\``);
}

function partsOf(task: string, { name, inputs }: LogConfig): Parts {
  const topics = inputs.map(({ topic }) => topic).toSorted();
  const start = `${name}:${topics.join("+")}:`;
  const number = task.startsWith(start) ? task.slice(start.length) : "";
  if (/^\d+$/.test(number)) {
    const partition = Number(number);
    return { topics, partition, group: name, inputs: topics.map((topic) => ({ topic, partition })) };
  }
  throw notATask(task, `its tasks are \`${start}0\` and so on`);
}

function notATask(task: string, hint: string): CommandError {
  return new CommandError(exitCode.usage, `\`${task}\` is no task of this pipeline`, hint);
}
