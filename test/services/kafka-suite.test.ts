import { randomUUID } from "node:crypto";
import { createKafkaLog } from "@weir/connectors/kafka";
import { logSuite } from "../contracts/log-suite.ts";
import { endpoints } from "./endpoints.ts";
import { kafkaClient } from "./kafka-client.ts";

const { kafka } = endpoints();

logSuite("Kafka", async () => {
  const admin = kafkaClient(kafka).admin();
  await admin.connect();
  const topics: string[] = [];
  return {
    createTopic: async (partitions) => {
      const topic = `suite-${randomUUID()}`;
      await admin.createTopics({
        topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
        waitForLeaders: true,
      });
      topics.push(topic);
      return topic;
    },
    open: () => Promise.resolve(createKafkaLog({ brokers: [kafka], sessionTimeoutMs: 6000, rebalanceTimeoutMs: 6000 })),
    name: () => `suite-${randomUUID()}`,
    wait: (work) => work,
    trim: async (topic, partition, start) => {
      // The client finds the leaders of those topics alone that it was asked of before.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(start) }] });
    },
    close: async () => {
      if (topics.length > 0) await admin.deleteTopics({ topics });
      await admin.disconnect();
    },
  };
});
