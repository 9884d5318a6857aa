import type { AlertFormat, Decoder, InputTopic, TopicWiring } from "@weir/core";
import {
  createAvroAlerts,
  createAvroDecoder,
  createSchemaRegistry,
  registerAlertSchema,
  type SchemaRegistry,
} from "@weir/connectors/avro";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createKafkaLog, type KafkaLog, type KafkaOptions, type TopicSpec } from "@weir/connectors/kafka";
import type { AlertsConfig, InputConfig, KafkaConfig, RunConfig, TopicsConfig } from "./config/run-config.ts";
import type { Logger } from "./logger.ts";
import { readSetting } from "./read-setting.ts";

/** The topics that a pipeline reads, where it reads any. */
export function inputTopics({ inputs = [], registry }: RunConfig, path: string): readonly InputTopic[] {
  const schemas = registry === undefined ? null : createSchemaRegistry(registry);
  return inputs.map((input) => ({ topic: input.topic, decoder: decoderOf(input, schemas, path) }));
}

/** The topics that a pipeline writes, made where the configuration says so. `closers` gets what ends the connections. */
export async function openTopics(
  config: TopicsConfig,
  path: string,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<TopicWiring> {
  const registry = config.registry === undefined ? null : createSchemaRegistry(config.registry);
  const log = createKafkaLog(kafkaOptions(config.kafka, path, logger));
  closers.push(() => log.close());
  await createTopics(log, config, logger);
  const alertFormat = registry === null ? null : await alertFormatOf(config.alerts, registry);
  const { late, delivery } = config;
  return {
    log,
    alerts: config.alerts.topic,
    ...(alertFormat === null ? {} : { alertFormat }),
    deadLetters: config.deadLetters,
    ...(late === undefined ? {} : { late }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

/** Registers the schema of alerts where that is wanted; answers how they are written, `null` for JSON. */
async function alertFormatOf(
  { topic, format = "json", subject, registerSchema }: AlertsConfig,
  registry: SchemaRegistry,
): Promise<AlertFormat | null> {
  if (format === "json" && registerSchema !== true) return null;
  const register = registerSchema ?? true;
  const id = await registerAlertSchema(registry, topic, {
    format,
    register,
    ...(subject === undefined ? {} : { subject }),
  });
  return format === "avro" ? createAvroAlerts({ registry, id }) : null;
}

/** Largest record of a topic for what cannot be processed: it has to take every record that an input takes. */
const deadLetterBytes = 32 * 1024 * 1024;

function topicsOf({ inputs = [], repartition = [] }: RunConfig): readonly string[] {
  const topics = [...inputs.map(({ topic }) => topic), ...repartition.flatMap(({ from, to }) => [from, to])];
  return [...new Set(topics)];
}

async function createTopics(log: KafkaLog, config: TopicsConfig, logger: Logger): Promise<void> {
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

/** How records of an input become events. */
export function decoderOf(input: InputConfig, registry: SchemaRegistry | null, path: string): Decoder {
  const common = {
    ...(input.stream === undefined ? {} : { stream: input.stream }),
    ...(input.maxBytes === undefined ? {} : { maxBytes: input.maxBytes }),
  };
  if (input.format !== "avro" || registry === null) return createJsonDecoder(common);
  const { readerSchema, schemaWait } = input;
  return createAvroDecoder({
    ...common,
    registry,
    ...(schemaWait === undefined ? {} : { unknownIdMs: schemaWait }),
    ...(readerSchema === undefined ? {} : { readerSchema: readSetting(readerSchema, path).toString() }),
  });
}
