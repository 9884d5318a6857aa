export { createKafkaLog, type KafkaLog } from "./kafka-log.ts";
export { type CompressionName, type KafkaOptions } from "./options.ts";
export { jsonField, type Repartitioner, type RepartitionOptions, startRepartitioner } from "./repartition.ts";
export { assignPartitions, type Claim } from "./sticky-assigner.ts";
export type { TopicSpec } from "./topics.ts";
