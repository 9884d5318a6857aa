import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type InputTopic, type Log, MemoryStateStore, type Sink, type StateStore } from "@weir/core";
import {
  createAvroDecoder,
  createSchemaRegistry,
  registerAlertSchema,
  type SchemaRegistry,
} from "@weir/connectors/avro";
import { FileStateStore } from "@weir/connectors/file-store";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createKafkaLog, type KafkaLog, type KafkaOptions, type TopicSpec } from "@weir/connectors/kafka";
import { createPostgresSink } from "@weir/connectors/postgres";
import { createRedisStateStore } from "@weir/connectors/redis";
import { createWebhookSink } from "@weir/connectors/webhook";
import { CommandError, exitCode } from "../exit-code.ts";
import type { InputConfig, KafkaConfig, RunConfig, SinkConfig, StateConfig } from "./config/run-config.ts";
import type { Logger } from "./logger.ts";

/** What a pipeline is connected to; it outlives changes of the rules. */
export interface Resources {
  readonly log: Log;
  readonly inputs: readonly InputTopic[];
  readonly state: StateStore;
  readonly sinks: readonly Sink[];
  close(): Promise<void>;
}

/** Connects to everything that a configuration names. What was connected is closed again where something fails. */
export async function openResources(config: RunConfig, path: string, logger: Logger): Promise<Resources> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const registry = config.registry === undefined ? null : createSchemaRegistry(config.registry);
    const inputs = config.inputs.map((input) => ({ topic: input.topic, decoder: decoderOf(input, registry, path) }));
    const log = createKafkaLog(kafkaOptions(config.kafka, path, logger));
    closers.push(() => log.close());
    await createTopics(log, config, logger);
    const { topic, registerSchema } = config.alerts;
    if (registerSchema === true && registry !== null) await registerAlertSchema(registry, topic);
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
    return { log, inputs, state, sinks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Largest record of a topic for what cannot be processed: it has to take every record that an input takes. */
const deadLetterBytes = 32 * 1024 * 1024;

function topicsOf({ inputs, repartition = [] }: RunConfig): readonly string[] {
  const topics = [...inputs.map(({ topic }) => topic), ...repartition.flatMap(({ from, to }) => [from, to])];
  return [...new Set(topics)];
}

async function createTopics(log: KafkaLog, config: RunConfig, logger: Logger): Promise<void> {
  const { createTopics: wanted } = config.kafka;
  if (wanted === undefined) return;
  const { partitions: partitionsIfMade, replication } = wanted;
  const common = { partitionsIfMade, ...(replication === undefined ? {} : { replication }) };
  const specs: TopicSpec[] = [
    ...topicsOf(config).map((topic) => ({ ...common, topic })),
    { ...common, topic: config.alerts.topic },
    { ...common, topic: config.deadLetters, config: { "max.message.bytes": String(deadLetterBytes) } },
    ...(config.late === undefined ? [] : [{ ...common, topic: config.late }]),
  ];
  const created = await log.ensureTopics(specs);
  if (created.length > 0) logger.info({ topics: created, partitions: partitionsIfMade }, "created topics");
}

export function kafkaOptions(config: KafkaConfig, path: string, logger: Logger): KafkaOptions {
  const { tls, sasl, compression, sessionTimeout, clientId } = config;
  const file = (name: string): Buffer => readSetting(name, path);
  return {
    brokers: config.brokers,
    // What matters of it is thrown, and logged with what it means.
    onLog: (_level, message, details) => logger.debug({ kafka: details }, message),
    ...(clientId === undefined ? {} : { clientId }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
    ...(compression === undefined ? {} : { compression }),
    ...(sessionTimeout === undefined ? {} : { sessionTimeoutMs: sessionTimeout }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { ca: file(tls.ca) }),
            ...(tls.cert === undefined ? {} : { cert: file(tls.cert) }),
            ...(tls.key === undefined ? {} : { key: file(tls.key) }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
  };
}

function saslOptions({
  mechanism,
  username,
  password,
}: NonNullable<KafkaConfig["sasl"]>): NonNullable<KafkaOptions["sasl"]> {
  switch (mechanism) {
    case "plain":
      return { mechanism: "plain", username, password };
    case "scram-sha-256":
      return { mechanism: "scram-sha-256", username, password };
    case "scram-sha-512":
      return { mechanism: "scram-sha-512", username, password };
  }
}

function decoderOf(input: InputConfig, registry: SchemaRegistry | null, path: string): InputTopic["decoder"] {
  const common = {
    ...(input.stream === undefined ? {} : { stream: input.stream }),
    ...(input.maxBytes === undefined ? {} : { maxBytes: input.maxBytes }),
  };
  if (input.format !== "avro" || registry === null) return createJsonDecoder(common);
  const { readerSchema } = input;
  return createAvroDecoder({
    ...common,
    registry,
    ...(readerSchema === undefined ? {} : { readerSchema: readSetting(readerSchema, path).toString() }),
  });
}

export async function openState({ redis, file }: StateConfig, path: string, logger: Logger): Promise<StateStore> {
  if (file !== undefined) return new FileStateStore({ folder: resolve(dirname(path), file.path) });
  if (redis === undefined) {
    logger.warn("state is kept in memory: it is made again from the log after each start");
    return new MemoryStateStore();
  }
  const { url, prefix, ttl } = redis;
  return createRedisStateStore({
    url,
    ...(prefix === undefined ? {} : { prefix }),
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
    onError: (error) => logger.debug({ err: error }, "Redis"),
  });
}

async function openSink({ postgres, webhook }: SinkConfig): Promise<Sink> {
  if (postgres !== undefined) {
    const { flush, ...rest } = postgres;
    return createPostgresSink({ ...rest, ...(flush === undefined ? {} : { flushMs: flush }) });
  }
  const { timeout, ...rest } = webhook ?? { targets: [] };
  return createWebhookSink({ ...rest, ...(timeout === undefined ? {} : { timeoutMs: timeout }) });
}

/** A file that a setting names, relative to the configuration. */
function readSetting(name: string, path: string): Buffer {
  try {
    return readFileSync(resolve(dirname(path), name));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCode.usage, `cannot read \`${name}\`: ${problem}`);
  }
}
