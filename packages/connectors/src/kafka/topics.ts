import { setTimeout as wait } from "node:timers/promises";
import { LogError } from "@weir/core";
import type { Admin } from "kafkajs";

/** A topic as it should be. */
export interface TopicSpec {
  readonly topic: string;
  /** As many as it must have; not given: as many as there are. */
  readonly partitions?: number;
  /** As many as it gets where it is made and `partitions` is not given. Default 1. */
  readonly partitionsIfMade?: number;
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
      // The client's own wait gives up at once where a broker does not know the topic yet.
      waitForLeaders: false,
      topics: missing.map(({ topic, partitions, partitionsIfMade, replication, config }) => ({
        topic,
        numPartitions: partitions ?? partitionsIfMade ?? 1,
        replicationFactor: replication ?? -1,
        configEntries: Object.entries(config ?? {}).map(([name, value]) => ({ name, value })),
      })),
    });
    await untilLed(admin, missing);
  }
  return missing.map(({ topic }) => topic);
}

const leaderWaitMs = 10_000;

/** Waits until all partitions of topics that were just made have a leader. */
async function untilLed(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const deadline = performance.now() + leaderWaitMs;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ topic }) => topic) });
      const led = topics.every(
        ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
      );
      if (led && topics.length === specs.length) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) {
      throw new LogError("the topics have no leaders yet", { kind: "retriable", code: "leader-not-available" });
    }
    await wait(50);
  }
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
