import {
  type CommittedOffset,
  type ConsumerOptions,
  type Log,
  type LogConsumer,
  LogError,
  type LogMessage,
  type LogProducer,
  type OffsetToCommit,
  type PackedEntries,
  packEntries,
  type StateDelta,
  type StateEntry,
  type StatePage,
  type StateStore,
  StateStoreError,
  type StateVersion,
  type StoredTask,
  type TopicPartition,
  type TransactionalProducer,
  unpackEntries,
} from "@weir/core";
import type { PlantedBug } from "./worker.ts";
import { app, topics } from "./world.ts";

/** A log that does what another one does, for subclasses to do one thing wrong. */
class PassingLog implements Log {
  protected readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  partitionCount(topic: string): Promise<number> {
    return this.log.partitionCount(topic);
  }

  offsets(partition: TopicPartition): Promise<{ readonly start: number; readonly end: number }> {
    return this.log.offsets(partition);
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    return this.log.committed(group, partitions);
  }

  consumer(options: ConsumerOptions): Promise<LogConsumer> {
    return this.log.consumer(options);
  }

  producer(): Promise<LogProducer> {
    return this.log.producer();
  }

  async transactionalProducer(id: string, timeoutMs: number): Promise<TransactionalProducer> {
    return this.wrap(await this.log.transactionalProducer(id, timeoutMs));
  }

  close(): Promise<void> {
    return this.log.close();
  }

  protected wrap(producer: TransactionalProducer): TransactionalProducer {
    return producer;
  }
}

class PassingStore implements StateStore {
  readonly durable = true;
  protected readonly store: StateStore;

  constructor(store: StateStore) {
    this.store = store;
  }

  acquire(task: string, fence: string): Promise<string | null> {
    return this.store.acquire(task, fence);
  }

  read(task: string, fence: string): Promise<StoredTask> {
    return this.store.read(task, fence);
  }

  load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
    return this.store.load(task, fence, version);
  }

  get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]> {
    return this.store.get(task, fence, versions, names);
  }

  scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage> {
    return this.store.scan(task, fence, version, cursor);
  }

  stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    return this.store.stage(task, fence, delta);
  }

  promote(task: string, fence: string, to: StateVersion): Promise<void> {
    return this.store.promote(task, fence, to);
  }

  collect(task: string, fence: string, upTo: number): Promise<void> {
    return this.store.collect(task, fence, upTo);
  }

  attempt(task: string, fence: string, position: string, atLeast: number): Promise<number> {
    return this.store.attempt(task, fence, position, atLeast);
  }

  clear(task: string, fence: string): Promise<void> {
    return this.store.clear(task, fence);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** Takes a task with its committed offset read at another moment than the protocol says. */
function readsOffset(when: "before the producer" | "before the fence"): PlantedBug {
  return {
    name: `the committed offset is read ${when}`,
    plant: ({ log, state }) => {
      const early = new Map<number, readonly (CommittedOffset | null)[]>();
      const readNow = async (partition: number): Promise<void> => {
        early.set(partition, await log.committed(app, [{ topic: topics.input, partition }]));
      };
      class Early extends PassingStore {
        override async acquire(task: string, fence: string): Promise<string | null> {
          const partition = Number(task.split(":").at(-1));
          if (when === "before the fence") await readNow(partition);
          const previous = await this.store.acquire(task, fence);
          if (when === "before the producer") await readNow(partition);
          return previous;
        }
      }
      class Stale extends PassingLog {
        override async committed(
          group: string,
          partitions: readonly TopicPartition[],
        ): Promise<readonly (CommittedOffset | null)[]> {
          const known = partitions.length === 1 && group === app ? early.get(partitions[0]!.partition) : undefined;
          return known ?? this.log.committed(group, partitions);
        }
      }
      return { log: new Stale(log), state: new Early(state) };
    },
  };
}

/** Takes a task with the fence written after the producer is made; the offset is read where the name says. */
function fencesLate(order: "I, F, R" | "I, R, F" | "R, I, F"): PlantedBug {
  return {
    name: `a task is taken in the order ${order}`,
    plant: ({ log, state }) => {
      const unwritten = new Map<string, string>();
      const early = new Map<number, readonly (CommittedOffset | null)[]>();
      const write = async (task: string): Promise<void> => {
        const fence = unwritten.get(task);
        if (fence === undefined) return;
        await state.acquire(task, fence);
        unwritten.delete(task);
      };
      class Late extends PassingStore {
        override async acquire(task: string, fence: string): Promise<string | null> {
          unwritten.set(task, fence);
          const partition = Number(task.split(":").at(-1));
          if (order === "R, I, F") early.set(partition, await log.committed(app, [{ topic: topics.input, partition }]));
          return null;
        }
        override async read(task: string, fence: string): Promise<StoredTask> {
          await write(task);
          return this.store.read(task, fence);
        }
      }
      class Early extends PassingLog {
        override async committed(
          group: string,
          partitions: readonly TopicPartition[],
        ): Promise<readonly (CommittedOffset | null)[]> {
          if (partitions.length !== 1 || group !== app) return this.log.committed(group, partitions);
          const { topic, partition } = partitions[0]!;
          if (order === "I, F, R") await write(`${app}:${topic}:${partition}`);
          return early.get(partition) ?? this.log.committed(group, partitions);
        }
      }
      return { log: new Early(log), state: new Late(state) };
    },
  };
}

/** Everyone writes the same fence: a store can no longer tell who was there before. */
const skipsFence: PlantedBug = {
  name: "the fence is skipped",
  plant: ({ state }) => {
    class Open extends PassingStore {
      override acquire(task: string): Promise<string | null> {
        return this.store.acquire(task, "open");
      }
      override read(task: string): Promise<StoredTask> {
        return this.store.read(task, "open");
      }
      override load(task: string, _: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
        return this.store.load(task, "open", version);
      }
      override stage(task: string, _: string, delta: StateDelta): Promise<void> {
        return this.store.stage(task, "open", delta);
      }
      override promote(task: string, _: string, to: StateVersion): Promise<void> {
        return this.store.promote(task, "open", to);
      }
      override collect(task: string, _: string, upTo: number): Promise<void> {
        return this.store.collect(task, "open", upTo);
      }
      override attempt(task: string, _: string, position: string, atLeast: number): Promise<number> {
        return this.store.attempt(task, "open", position, atLeast);
      }
    }
    return { state: new Open(state) };
  },
};

/** A mistake in what a transactional producer does. */
function inProducer(
  name: string,
  change: (producer: TransactionalProducer, log: Log) => Partial<TransactionalProducer>,
): PlantedBug {
  return {
    name,
    plant: ({ log, state }) => {
      class Changed extends PassingLog {
        protected override wrap(producer: TransactionalProducer): TransactionalProducer {
          return {
            begin: () => producer.begin(),
            send: (messages) => producer.send(messages),
            sendOffsets: (group, offsets) => producer.sendOffsets(group, offsets),
            commit: () => producer.commit(),
            abort: () => producer.abort(),
            close: () => producer.close(),
            ...change(producer, log),
          };
        }
      }
      return { log: new Changed(log), state };
    },
  };
}

/** A mistake in what a state store does. */
function inStore(name: string, plant: (state: StateStore) => StateStore): PlantedBug {
  return { name, plant: ({ state }) => ({ state: plant(state) }) };
}

async function inPlainProducer(log: Log, messages: readonly LogMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const plain = await log.producer();
  await plain.send(messages);
}

/** Mistakes that show in one of some thousand seeds alone; `--bugs` looks for them. */
export const rareBugs: readonly PlantedBug[] = [fencesLate("I, F, R")];

/** Mistakes that a campaign has to find, each. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "an outage of the registry makes dead letters",
    plant: ({ decoder }) => ({
      decoder: {
        prepare: async (topic, records) => {
          await decoder.prepare?.(topic, records)?.catch(() => {});
        },
        decode: (topic, record) => decoder.decode(topic, record),
      },
    }),
  },
  {
    name: "a webhook that got no answer is taken for delivered",
    plant: ({ webhook }) => ({
      webhook: {
        name: webhook.name,
        batchSize: 1,
        givesUp: true,
        write: async (batch) => webhook.write(batch).catch(() => []),
        close: () => webhook.close(),
      },
    }),
  },
  {
    name: "what a webhook refuses is forgotten",
    plant: ({ webhook }) => ({
      webhook: {
        name: webhook.name,
        batchSize: 1,
        givesUp: true,
        write: async (batch) => {
          await webhook.write(batch);
          return [];
        },
        close: () => webhook.close(),
      },
    }),
  },
  readsOffset("before the producer"),
  readsOffset("before the fence"),
  fencesLate("I, R, F"),
  fencesLate("R, I, F"),
  skipsFence,
  inProducer("an unknown outcome is taken for a commit", (producer) => ({
    commit: async () => {
      try {
        await producer.commit();
      } catch (error) {
        if (!(error instanceof LogError) || error.kind !== "unknown-outcome") throw error;
      }
    },
  })),
  inProducer("dead letters are sent outside of the transaction", (producer, log) => ({
    send: async (messages) => {
      await inPlainProducer(
        log,
        messages.filter(({ topic }) => topic === topics.deadLetters),
      );
      await producer.send(messages.filter(({ topic }) => topic !== topics.deadLetters));
    },
  })),
  inProducer("alerts are sent outside of the transaction", (producer, log) => ({
    send: (messages) => inPlainProducer(log, messages),
    commit: () => producer.commit(),
  })),
  {
    name: "offsets are committed outside of the transaction",
    plant: ({ log, state }) => {
      let consumer: LogConsumer | null = null;
      class Outside extends PassingLog {
        override async consumer(options: ConsumerOptions): Promise<LogConsumer> {
          const made = await this.log.consumer(options);
          if (options.group === app) consumer = made;
          return made;
        }
        protected override wrap(producer: TransactionalProducer): TransactionalProducer {
          return {
            begin: () => producer.begin(),
            send: (messages) => producer.send(messages),
            // An empty list still makes it a transaction.
            sendOffsets: async (group: string, offsets: readonly OffsetToCommit[]) => {
              await producer.sendOffsets(group, []);
              await consumer?.commit(offsets);
            },
            commit: () => producer.commit(),
            abort: () => producer.abort(),
            close: () => producer.close(),
          };
        }
      }
      return { log: new Outside(log), state };
    },
  },
  inStore("the state is promoted before the decision", (state) => {
    class Hasty extends PassingStore {
      override async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
        await this.store.stage(task, fence, delta);
        await this.store.promote(task, fence, delta.to);
      }
    }
    return new Hasty(state);
  }),
  inStore("a stage that got no answer is taken for done", (state) => {
    class Careless extends PassingStore {
      override async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
        try {
          await this.store.stage(task, fence, delta);
        } catch (error) {
          if (!(error instanceof StateStoreError) || error.kind !== "unavailable") throw error;
        }
      }
    }
    return new Careless(state);
  }),
  inStore("a key that is read back is taken for a new one", (state) => {
    class Empty extends PassingStore {
      override async get(...args: Parameters<StateStore["get"]>): Promise<readonly StateEntry[]> {
        const found = await super.get(...args);
        return found.filter(({ name }) => name === "engine" || name === "layouts");
      }
    }
    return new Empty(state);
  }),
  inStore("a delta leaves out an entry", (state) => {
    class Thrifty extends PassingStore {
      override stage(task: string, fence: string, delta: StateDelta): Promise<void> {
        return this.store.stage(
          task,
          fence,
          delta.entries.written > 8 ? { ...delta, entries: some(delta, -1) } : delta,
        );
      }
    }
    return new Thrifty(state);
  }),
  inStore("a store that lost writes gets a delta instead of all", (state) => {
    class Partial extends PassingStore {
      override async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
        const isPartial = delta.replace && delta.from.version > 0;
        await this.store.stage(task, fence, isPartial ? { ...delta, entries: some(delta, 3) } : delta);
      }
    }
    return new Partial(state);
  }),
  inStore("attempts are not counted", (state) => {
    class Forgetful extends PassingStore {
      override attempt(): Promise<number> {
        return Promise.resolve(1);
      }
    }
    return new Forgetful(state);
  }),
  {
    name: "a consumer does not pause",
    plant: ({ log, state }) => {
      class Restless extends PassingLog {
        override async consumer(options: ConsumerOptions): Promise<LogConsumer> {
          const made = await this.log.consumer(options);
          return {
            poll: (timeoutMs) => made.poll(timeoutMs),
            seek: (partition, offset) => made.seek(partition, offset),
            pause: () => {},
            resume: (partition) => made.resume(partition),
            commit: (offsets) => made.commit(offsets),
            close: () => made.close(),
          };
        }
      }
      return { log: new Restless(log), state };
    },
  },
  {
    name: "outputs that got no answer are taken for written",
    plant: ({ log, state }) => {
      class Hopeful extends PassingLog {
        override async producer(): Promise<LogProducer> {
          const made = await this.log.producer();
          return { send: (messages) => made.send(messages).catch(() => {}), close: () => made.close() };
        }
      }
      return { log: new Hopeful(log), state };
    },
  },
];

/** The delta without its last entries that are written: `end` is as `slice` takes it. */
function some({ entries }: StateDelta, end: number): PackedEntries {
  const written: StateEntry[] = [];
  const gone: string[] = [];
  for (const { name, value } of unpackEntries(entries)) {
    if (value === null) gone.push(name);
    else written.push({ name, value });
  }
  return packEntries(written.slice(0, end), gone);
}
