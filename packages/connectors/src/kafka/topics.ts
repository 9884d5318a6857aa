import { LogError } from "@weir/core";
import type { Admin } from "kafkajs";

/** A topic as it should be. */
export interface TopicSpec {
  readonly topic: string;
  /** Not given: as many as there are, and one where it is made. */
  readonly partitions?: number;
  /** Default: the broker's. */
  readonly replication?: number;
  /** Settings of the topic by the broker's names, for one that is made. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Creates what is missing; answers which topics that were. Throws `fatal` where one has another number of partitions. */
export async function ensureTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<readonly string[]> {
  const existing = new Set(await admin.listTopics());
  const known = specs.filter(({ topic }) => existing.has(topic));
  if (known.length > 0) {
    const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ topic }) => topic) });
    for (const { topic, partitions } of known) {
      const has = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
      if (partitions !== undefined && has !== partitions) throw partitionsDiffer(topic, partitions, has);
    }
  }
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ topic, partitions, replication, config }) => ({
        topic,
        numPartitions: partitions ?? 1,
        replicationFactor: replication ?? -1,
        configEntries: Object.entries(config ?? {}).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  return missing.map(({ topic }) => topic);
}

function partitionsDiffer(topic: string, wanted: number, has: number): LogError {
  return new LogError(`the topic \`${topic}\` has ${has} partitions, not ${wanted}`, {
    kind: "fatal",
    code: "partitions-differ",
    hint:
      "a key would move to another partition while its state stays in the old one: " +
      "make a new topic with the number of partitions you want, and start under a new name",
  });
}
