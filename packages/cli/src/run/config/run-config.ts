import type { PipelineSettings, PolicySettings, Severity } from "@weir/core";
import {
  anything,
  duration,
  flag,
  integer,
  interval,
  kind,
  listOf,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  type Setting,
  share,
  text,
  texts,
} from "./setting.ts";

/** What `weir run` is told. Durations are milliseconds once read. */
export interface RunConfig {
  /** Names state, consumer groups and transactions. */
  readonly name: string;
  /** Rule files, taken together; paths are relative to the configuration. */
  readonly rules: readonly string[];
  /** Alerts go to topics: `kafka`, `alerts` and `deadLetters` belong together. With `inputs` events come from topics too. */
  readonly kafka?: KafkaConfig;
  readonly registry?: RegistryConfig;
  readonly inputs?: readonly InputConfig[];
  /** Events come from something else; without `kafka` alerts go to the sinks directly. */
  readonly source?: SourceConfig;
  /** Topics whose records are copied to others with another key, which inputs then name. */
  readonly repartition?: readonly RepartitionConfig[];
  readonly alerts?: AlertsConfig;
  readonly deadLetters?: string;
  readonly late?: string;
  readonly delivery?: "exactly-once" | "at-least-once";
  readonly state: StateConfig;
  readonly sinks?: readonly SinkConfig[];
  readonly live?: LiveConfig;
  readonly tables?: Readonly<Record<string, TableConfig>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly http?: { readonly port: number; readonly host?: string };
  readonly log?: { readonly level?: LogLevel };
  /** Which part of alerts, from 0 to 1, gets a span of its own. */
  readonly tracing?: { readonly alerts?: number };
  readonly settings?: Partial<PipelineSettings>;
  readonly policies?: PoliciesConfig;
  readonly outbox?: { readonly url: string; readonly topic: string; readonly schema?: string };
}

/** A configuration whose alerts go to topics. */
export interface TopicsConfig extends RunConfig {
  readonly kafka: KafkaConfig;
  readonly alerts: AlertsConfig;
  readonly deadLetters: string;
}

/** Of a configuration that was checked. */
export function hasTopics(config: RunConfig): config is TopicsConfig {
  return config.kafka !== undefined;
}

/** A configuration whose events come from topics. */
export interface LogConfig extends TopicsConfig {
  readonly inputs: readonly InputConfig[];
}

/** Of a configuration that was checked. */
export function isLogConfig(config: RunConfig): config is LogConfig {
  return config.source === undefined;
}

export interface AlertsConfig {
  readonly topic: string;
  readonly format?: "json" | "avro";
  /** Under which the schema is registered. */
  readonly subject?: string;
  /** Whether the schema is registered at the start; of Avro that is so where nothing is said. */
  readonly registerSchema?: boolean;
}

export interface RepartitionConfig {
  readonly from: string;
  readonly to: string;
  /** A field; names with dots lead into objects. */
  readonly key: string;
  /** As of the input that `to` is, where nothing is said. */
  readonly format?: "json" | "avro";
}

export interface SourceConfig {
  /** Rows of the table `outbox` of a schema. */
  readonly outbox: {
    readonly url: string;
    readonly schema?: string;
    readonly migrations?: "apply" | "require";
    readonly stream?: string;
    readonly maxBytes?: number;
  };
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly serverName?: string };
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  };
  readonly compression?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  readonly sessionTimeout?: number;
  readonly createTopics?: { readonly partitions: number; readonly replication?: number };
}

export interface RegistryConfig {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

export interface InputConfig {
  readonly topic: string;
  readonly stream?: string;
  readonly format?: "json" | "avro";
  /** A file with the Avro schema as which events are read. */
  readonly readerSchema?: string;
  /** How long to wait for a schema that the registry does not know, before its records are dead letters. */
  readonly schemaWait?: number;
  readonly maxBytes?: number;
}

export interface StateConfig {
  readonly redis?: RedisConfig & { readonly prefix?: string; readonly ttl?: number };
  /** A folder, relative to the configuration; for one process. */
  readonly file?: { readonly path: string };
  readonly memory?: object;
}

/** How to reach Redis: one server, or nodes of a cluster. */
export interface RedisConfig {
  readonly url?: string;
  readonly cluster?: readonly string[];
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly serverName?: string };
}

/** Values of rules that other services read from Redis. */
export interface LiveConfig {
  readonly redis: RedisConfig;
  /** By the name of the rule; the names begin with that of the pipeline. */
  readonly rules: Readonly<Record<string, { readonly field?: string; readonly ttl?: number }>>;
}

export interface SinkConfig {
  readonly postgres?: {
    readonly url: string;
    readonly name?: string;
    readonly schema?: string;
    readonly migrations?: "apply" | "require";
    /** Most alerts of a statement, and how long they wait for it to become full. */
    readonly batchSize?: number;
    readonly flush?: number;
  };
  readonly webhook?: {
    readonly name?: string;
    readonly targets: readonly TargetConfig[];
    readonly allowHosts?: readonly string[];
    readonly allowNetworks?: readonly string[];
    readonly allowHttp?: boolean;
    readonly timeout?: number;
  };
}

export interface TargetConfig {
  readonly url: string;
  readonly secret: string;
  readonly minSeverity?: Severity;
  readonly rules?: readonly string[];
  readonly resolved?: boolean;
  readonly ratePerSecond?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TableConfig {
  readonly file?: { readonly path: string; readonly refresh?: number };
  readonly postgres?: { readonly url: string; readonly query: string; readonly refresh?: number };
  readonly redis?: RedisConfig & { readonly key: string; readonly refresh?: number; readonly watch?: boolean };
}

export interface PoliciesConfig {
  readonly log?: Partial<PolicySettings>;
  readonly state?: Partial<PolicySettings>;
  readonly live?: Partial<PolicySettings>;
  readonly sinks?: Readonly<Record<string, Partial<PolicySettings>>>;
}

const many = Number.MAX_SAFE_INTEGER;
const optionalText = optional(text);

const policy: Setting<Partial<PolicySettings>> = object<Partial<PolicySettings>>({
  retries: optional(integer(0, 1000)),
  firstDelayMs: optional(duration),
  maxDelayMs: optional(duration),
  timeoutMs: optional(duration),
  breakerFailures: optional(integer(1, 1000)),
  openMs: optional(duration),
  concurrency: optional(integer(1, 10_000)),
  waiting: optional(integer(0, 1_000_000)),
});

const pipelineSettings: Setting<Partial<PipelineSettings>> = object<Partial<PipelineSettings>>({
  commitIntervalMs: optional(duration),
  commitEvents: optional(integer(1, 1_000_000)),
  checkpointEvery: optional(integer(1, 100_000)),
  checkpointMs: optional(duration),
  residentKeys: optional(integer(1, many)),
  queueRecords: optional(integer(1, 10_000_000)),
  queueBytes: optional(integer(1024, many)),
  pollRecords: optional(integer(1, 1_000_000)),
  maxAheadMs: optional(duration),
  maxCrashes: optional(integer(1, 100)),
  onGap: optional(oneOf("fail", "earliest")),
  onStateLost: optional(oneOf("rebuild", "halt")),
  idleMs: optional(duration),
  maxBackoffMs: optional(duration),
  transactionTimeoutMs: optional(duration),
  releaseMs: optional(duration),
  partitionCheckMs: optional(duration),
  carriedHeaders: optional(texts),
});

const tls = optional(object({ ca: optionalText, cert: optionalText, key: optionalText, serverName: optionalText }));
const redis = { url: optionalText, cluster: optional(texts), tls };

const target: Setting<TargetConfig> = object<TargetConfig>({
  url: text,
  secret: text,
  minSeverity: optional(oneOf("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")),
  rules: optional(texts),
  resolved: optional(flag),
  ratePerSecond: optional(number),
  headers: optional(mapOf(text)),
});

const kafka: Setting<KafkaConfig> = object<KafkaConfig>({
  brokers: texts,
  clientId: optionalText,
  tls: optional(object({ ca: optionalText, cert: optionalText, key: optionalText, serverName: optionalText })),
  sasl: optional(
    object({ mechanism: oneOf("plain", "scram-sha-256", "scram-sha-512"), username: text, password: text }),
  ),
  compression: optional(oneOf("none", "gzip", "snappy", "lz4", "zstd")),
  sessionTimeout: optional(duration),
  createTopics: optional(object({ partitions: integer(1, 10_000), replication: optional(integer(1, 100)) })),
});

const input: Setting<InputConfig> = object<InputConfig>({
  topic: text,
  stream: optionalText,
  format: optional(oneOf("json", "avro")),
  readerSchema: optionalText,
  schemaWait: optional(duration),
  maxBytes: optional(integer(1, many)),
});

const source: Setting<SourceConfig> = kind<SourceConfig>({
  outbox: object({
    url: text,
    schema: optionalText,
    migrations: optional(oneOf("apply", "require")),
    stream: optionalText,
    maxBytes: optional(integer(1, many)),
  }),
});

export const runConfig: Setting<RunConfig> = object<RunConfig>({
  name: text,
  rules: texts,
  kafka: optional(kafka),
  registry: optional(object<RegistryConfig>({ url: text, username: optionalText, password: optionalText })),
  inputs: optional(listOf(input)),
  source: optional(source),
  repartition: optional(
    listOf(object<RepartitionConfig>({ from: text, to: text, key: text, format: optional(oneOf("json", "avro")) })),
  ),
  alerts: optional(
    object<AlertsConfig>({
      topic: text,
      format: optional(oneOf("json", "avro")),
      subject: optionalText,
      registerSchema: optional(flag),
    }),
  ),
  deadLetters: optionalText,
  late: optionalText,
  delivery: optional(oneOf("exactly-once", "at-least-once")),
  state: kind<StateConfig>({
    redis: object({ ...redis, prefix: optionalText, ttl: optional(duration) }),
    file: object({ path: text }),
    memory: object({}),
  }),
  sinks: optional(
    listOf(
      kind<SinkConfig>({
        postgres: object({
          url: text,
          name: optionalText,
          schema: optionalText,
          migrations: optional(oneOf("apply", "require")),
          batchSize: optional(integer(1, 10_000)),
          flush: optional(duration),
        }),
        webhook: object({
          name: optionalText,
          targets: listOf(target),
          allowHosts: optional(texts),
          allowNetworks: optional(texts),
          allowHttp: optional(flag),
          timeout: optional(duration),
        }),
      }),
    ),
  ),
  live: optional(
    object<LiveConfig>({
      redis: object<RedisConfig>(redis),
      rules: mapOf(object({ field: optionalText, ttl: optional(duration) })),
    }),
  ),
  tables: optional(
    mapOf(
      kind<TableConfig>({
        file: object({ path: text, refresh: optional(interval) }),
        postgres: object({ url: text, query: text, refresh: optional(interval) }),
        redis: object({ ...redis, key: text, refresh: optional(interval), watch: optional(flag) }),
      }),
    ),
  ),
  params: optional(mapOf(anything)),
  http: optional(object({ port: integer(0, 65_535), host: optionalText })),
  log: optional(object({ level: optional(oneOf("debug", "info", "warn", "error")) })),
  tracing: optional(object({ alerts: optional(share) })),
  settings: optional(pipelineSettings),
  policies: optional(
    object<PoliciesConfig>({
      log: optional(policy),
      state: optional(policy),
      live: optional(policy),
      sinks: optional(mapOf(policy)),
    }),
  ),
  outbox: optional(object({ url: text, topic: text, schema: optionalText })),
});
