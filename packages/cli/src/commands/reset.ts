import { randomUUID } from "node:crypto";
import { createKafkaLog } from "@weir/connectors/kafka";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { loadConfig } from "../run/config/load-config.ts";
import { isLogConfig, type LogConfig, type RunConfig } from "../run/config/run-config.ts";
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
  if (!isLogConfig(config)) return resetSource(config, path, task, options, console);
  const { topics, partition } = partsOf(task, config);
  return explained(async () => {
    const log = createKafkaLog(kafkaOptions(config.kafka, path, logger));
    const state = await openState(config.state, path, logger);
    try {
      const inputs = topics.map((topic) => ({ topic, partition }));
      const fence = `reset-${randomUUID()}`;
      await state.acquire(task, fence);
      // In the order of taking up a task: whoever had it can commit nothing after this.
      const producer = await log.transactionalProducer(
        `${config.name}.${topics.join("+")}.${partition}`,
        transactionTimeoutMs,
      );
      const committed = await log.committed(config.name, inputs);
      const offsets = inputs.map((input, i) => ({
        ...input,
        offset: options.from ?? committed[i]?.offset ?? 0,
        metadata: "",
      }));
      await producer.begin();
      await producer.sendOffsets(config.name, offsets);
      await producer.commit();
      await producer.close();
      await state.clear(task, fence);
      const places = offsets.map(({ topic, offset }) => `${topic} at ${offset}`).join(", ");
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
  const only = `${config.name}:outbox:0`;
  if (task !== only) throw notATask(task, `its only task is \`${only}\``);
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

function partsOf(
  task: string,
  { name, inputs }: LogConfig,
): { readonly topics: readonly string[]; readonly partition: number } {
  const topics = inputs.map(({ topic }) => topic).toSorted();
  const start = `${name}:${topics.join("+")}:`;
  const number = task.startsWith(start) ? task.slice(start.length) : "";
  if (/^\d+$/.test(number)) return { topics, partition: Number(number) };
  throw notATask(task, `its tasks are \`${start}0\` and so on`);
}

function notATask(task: string, hint: string): CommandError {
  return new CommandError(exitCode.usage, `\`${task}\` is no task of this pipeline`, hint);
}
