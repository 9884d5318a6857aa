import { dirname, resolve } from "node:path";
import {
  type LiveWiring,
  type Log,
  type LogWiring,
  MemoryStateStore,
  type Sink,
  type SourceWiring,
  type StateStore,
  type TopicWiring,
} from "@weir/core";
import { FileStateStore } from "@weir/connectors/file-store";
import { createOutboxDecoder, createOutboxSource, createPostgresSink } from "@weir/connectors/postgres";
import { createRedisLiveView, createRedisStateStore } from "@weir/connectors/redis";
import { traceWebhooks } from "@weir/connectors/tracing";
import { createWebhookSink } from "@weir/connectors/webhook";
import { CommandError, exitCode } from "../exit-code.ts";
import {
  hasTopics,
  type LiveConfig,
  type RunConfig,
  type SinkConfig,
  type SourceConfig,
  type StateConfig,
} from "./config/run-config.ts";
import { inputTopics, openTopics } from "./kafka-resources.ts";
import type { Logger } from "./logger.ts";
import { redisConnection } from "./redis-connection.ts";

/** What a pipeline is connected to; it outlives changes of the rules. */
export interface Resources {
  /** `null` where there is none. */
  readonly log: Log | null;
  /** The input of a pipeline; a new one for each pipeline, which closes it where it is no log. */
  openInput(): Promise<LogWiring | SourceWiring>;
  readonly state: StateStore;
  readonly sinks: readonly Sink[];
  /** `null` where no values are shown. */
  readonly live: LiveWiring | null;
  close(): Promise<void>;
}

/** Connects to everything that a configuration names. What was connected is closed again where something fails. */
export async function openResources(config: RunConfig, path: string, logger: Logger): Promise<Resources> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const topics = hasTopics(config) ? await openTopics(config, path, logger, closers) : null;
    const state = await openState(config.state, path, logger);
    closers.push(() => state.close());
    const sinks: Sink[] = [];
    for (const sinkConfig of config.sinks ?? []) {
      const sink = await openSink(sinkConfig);
      closers.push(() => sink.close());
      sinks.push(sink);
    }
    const names = sinks.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new CommandError(exitCode.usage, `two sinks have the name \`${twice}\``, "give each a `name`");
    }
    const live = config.live === undefined ? null : await openLive(config.name, config.live, path, logger);
    if (live !== null) closers.push(() => live.view.close());
    const { source } = config;
    const openInput = async (): Promise<LogWiring | SourceWiring> =>
      source === undefined ? { ...topics!, inputs: inputTopics(config, path) } : openSource(source, topics);
    return { log: topics?.log ?? null, openInput, state, sinks, live, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openSource({ outbox }: SourceConfig, topics: TopicWiring | null): Promise<SourceWiring> {
  const { stream, maxBytes, ...rest } = outbox;
  const source = await createOutboxSource(rest);
  const decoder = createOutboxDecoder({
    ...(stream === undefined ? {} : { stream }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  return topics === null ? { source, decoder, deadLetters: source.deadLetters } : { source, decoder, topics };
}

export async function openState({ redis, file }: StateConfig, path: string, logger: Logger): Promise<StateStore> {
  if (file !== undefined) return new FileStateStore({ folder: resolve(dirname(path), file.path) });
  if (redis === undefined) {
    logger.warn("state is kept in memory: it is made again from the log after each start");
    return new MemoryStateStore();
  }
  const { prefix, ttl } = redis;
  return createRedisStateStore({
    ...redisConnection(redis, "state.redis", path, logger),
    ...(prefix === undefined ? {} : { prefix }),
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
  });
}

async function openLive(app: string, config: LiveConfig, path: string, logger: Logger): Promise<LiveWiring> {
  const view = await createRedisLiveView({ ...redisConnection(config.redis, "live.redis", path, logger), app });
  const rules = Object.entries(config.rules).map(([name, { ttl, field }]) => [
    name,
    { ...(field === undefined ? {} : { field }), ...(ttl === undefined ? {} : { ttlMs: ttl }) },
  ]);
  return { view, rules: Object.fromEntries(rules) as LiveWiring["rules"] };
}

async function openSink({ postgres, webhook }: SinkConfig): Promise<Sink> {
  if (postgres !== undefined) {
    const { flush, ...rest } = postgres;
    return createPostgresSink({ ...rest, ...(flush === undefined ? {} : { flushMs: flush }) });
  }
  const { timeout, ...rest } = webhook ?? { targets: [] };
  return createWebhookSink({
    ...rest,
    trace: traceWebhooks(),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  });
}
