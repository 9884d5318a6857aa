import { type KafkaConfig, Kafka, logLevel } from "kafkajs";
import { registerCodecs } from "./codecs/register-codecs.ts";
import { takeOverFetch } from "./fetch/take-over-fetch.ts";
import { keepCoordinators } from "./keep-coordinators.ts";
import type { KafkaSettings } from "./options.ts";
import { patchRequestQueue } from "./request-queue-patch.ts";
import { takeOverClusters } from "./take-over-clusters.ts";

/** A client of the brokers; makes no connection yet. */
export function createClient(settings: KafkaSettings): Kafka {
  patchRequestQueue();
  registerCodecs(settings.maxInflatedBytes);
  const { onLog } = settings;
  const config: KafkaConfig = {
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    ssl: settings.tls,
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    enforceRequestTimeout: true,
    // Short and few: the pipeline has a retry policy of its own.
    retry: { initialRetryTime: 50, maxRetryTime: 2000, retries: 6, multiplier: 2, factor: 0.2 },
    logLevel: settings.logLevel ?? (onLog === undefined ? logLevel.NOTHING : logLevel.WARN),
    logCreator:
      () =>
      ({ level, log: { message, ...details } }) =>
        onLog?.(levelName(level), message, details),
  };
  if (settings.sasl !== undefined) config.sasl = settings.sasl;
  const kafka = new Kafka(config);
  takeOverClusters(kafka, (cluster) => {
    takeOverFetch(cluster);
    keepCoordinators(cluster);
  });
  return kafka;
}

function levelName(level: logLevel): "error" | "warn" | "info" | "debug" {
  if (level <= logLevel.ERROR) return "error";
  if (level === logLevel.WARN) return "warn";
  return level === logLevel.INFO ? "info" : "debug";
}
