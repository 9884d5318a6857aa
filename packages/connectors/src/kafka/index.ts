export { createKafkaLog, type KafkaLog } from "./kafka-log.ts";
export { type CompressionName, type KafkaOptions } from "./options.ts";
export { keyField } from "./key-field.ts";
export {
  type RecordKey,
  type Repartitioner,
  type RepartitionOptions,
  startRepartitioner,
} from "./repartition.ts";
export { assignPartitions, type Claim } from "./sticky-assigner.ts";
export type { TopicSpec } from "./topics.ts";
