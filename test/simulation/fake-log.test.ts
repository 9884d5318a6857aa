import type { Log } from "@weir/core";
import { type LogBench, logSuite } from "../contracts/log-suite.ts";
import { FakeBroker } from "./fake-broker.ts";
import { FakeLog } from "./fake-log.ts";
import { Link } from "./network.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimProcess } from "./sim-process.ts";
import { Tally } from "./tally.ts";
import { VirtualTime } from "./virtual-time.ts";

// What the simulation shows holds for Kafka as far as the fake does what Kafka does: both run the same suite.
logSuite("the fake of Kafka", async () => {
  const time = new VirtualTime();
  const random = new SeededRandom(1);
  const tally = new Tally();
  const broker = new FakeBroker(time, random.fork(), tally);
  const link = new Link("kafka", time, random.fork(), tally);
  let names = 0;
  const name = (): string => `name-${names++}`;
  const open = async (): Promise<Log> =>
    Promise.resolve(new FakeLog(broker, link, new SimProcess(name(), time, random.fork())));
  const wait = async <T>(work: Promise<T>): Promise<T> => {
    const state = { done: false };
    const finish = (): void => {
      state.done = true;
    };
    work.then(finish, finish);
    while (!state.done) {
      await time.run(Infinity, () => state.done);
      // Nothing is due: what is waited for needs real time, or another wait.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return work;
  };
  const bench: LogBench = {
    createTopic: async (partitions) => {
      const topic = name();
      broker.createTopic(topic, partitions);
      return Promise.resolve(topic);
    },
    open,
    name,
    wait,
    trim: async (topic, partition, start) => {
      broker.trim({ topic, partition }, start);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return Promise.resolve(bench);
});
