import type { SASLOptions, logLevel } from "kafkajs";
import type { ConnectionOptions } from "node:tls";

export type CompressionName = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** How to reach the brokers, and how to use them. */
export interface KafkaOptions {
  /** `host:port` of one broker or more, from which the others are learnt. */
  readonly brokers: readonly string[];
  /** Names this process in the logs of the brokers. Default `weir`. */
  readonly clientId?: string;
  /** TLS: `true`, or certificates as of `node:tls`. Default off. */
  readonly tls?: boolean | ConnectionOptions;
  readonly sasl?: SASLOptions;
  /** Of what is written. Default `none`. */
  readonly compression?: CompressionName;
  /** What one compressed batch of records may inflate to. Default 64 MB. */
  readonly maxInflatedBytes?: number;
  /** A consumer that was silent for this long loses its partitions. Default 10 s. */
  readonly sessionTimeoutMs?: number;
  /** How long a rebalance waits for the members. Default 15 s. */
  readonly rebalanceTimeoutMs?: number;
  /** How long a broker may wait for records before it answers that there are none. Default 50 ms. */
  readonly fetchWaitMs?: number;
  /** How long a connection may take. Default 3 s. */
  readonly connectTimeoutMs?: number;
  /** How long a request may take. Default 15 s. */
  readonly requestTimeoutMs?: number;
  /** Bytes, and milliseconds, after which a producer without transactions sends what it has gathered. Default 32 KB and 10 ms. */
  readonly batchBytes?: number;
  readonly lingerMs?: number;
  /** Called with what the client logs. Default: nothing is logged; what matters is thrown. */
  readonly onLog?: (level: "error" | "warn" | "info" | "debug", message: string, details: object) => void;
  readonly logLevel?: logLevel;
}

/** Options with their defaults. */
export type KafkaSettings = Required<Omit<KafkaOptions, "sasl" | "onLog" | "logLevel">> &
  Pick<KafkaOptions, "sasl" | "onLog" | "logLevel">;

export function kafkaSettings(options: KafkaOptions): KafkaSettings {
  return {
    clientId: "weir",
    tls: false,
    compression: "none",
    maxInflatedBytes: 64 * 1024 * 1024,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 15_000,
    fetchWaitMs: 50,
    connectTimeoutMs: 3000,
    requestTimeoutMs: 15_000,
    batchBytes: 32 * 1024,
    lingerMs: 10,
    ...options,
  };
}
