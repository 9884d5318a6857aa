import type { KafkaLog } from "@weir/connectors/kafka";

/** The servers of a run, and how thorough it is. */
export interface Servers {
  readonly kafka: string;
  readonly registry: string;
  readonly redis: string;
  readonly log: KafkaLog;
  /** Of payments, in the registry. */
  readonly schemaId: number;
  readonly quick: boolean;
}
