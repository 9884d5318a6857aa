import { Kafka, logLevel } from "kafkajs";
import { patchRequestQueue } from "../../packages/connectors/src/kafka/request-queue-patch.ts";

/** A plain client, for what a `Log` cannot do. Without the patch it makes timers of a negative time, of which Node warns. */
export function kafkaClient(broker: string): Kafka {
  patchRequestQueue();
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
}
