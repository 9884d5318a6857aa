import { type EventData, StateStoreError, type TableSource } from "@weir/core";
import { Cluster, type Redis } from "ioredis";
import { connectRedis } from "./connect.ts";
import { toStateError } from "./state-errors.ts";
import { readRows, type RedisTableOptions } from "./table.ts";

export interface RedisTableSourceOptions extends RedisTableOptions {
  /** Listen for keyspace events, so that changes are read within moments. The server has to send them: `notify-keyspace-events Kghsx`. */
  readonly watch?: boolean;
}

/** A hash or a set as the rows of a lookup table. It connects when it is first read. */
export function createRedisTableSource(options: RedisTableSourceOptions): TableSource {
  return options.watch === true ? new WatchedTable(options) : new RedisTable(options);
}

class RedisTable implements TableSource {
  protected readonly options: RedisTableSourceOptions;
  #client: Redis | Cluster | null = null;

  constructor(options: RedisTableSourceOptions) {
    this.options = options;
  }

  async read(): Promise<readonly EventData[]> {
    try {
      return await readRows(await this.client(), this.options);
    } catch (error) {
      throw toStateError(`read the lookup table \`${this.options.key}\``, error, this.options.setting);
    }
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#client?.disconnect();
  }

  protected async client(): Promise<Redis | Cluster> {
    this.#client ??= await connectRedis(this.options);
    return this.#client;
  }
}

/** What a server has to tell of: keyspace events of keys, hashes, sets, and of what expires. */
const wanted = "Kghsx";

class WatchedTable extends RedisTable {
  #listener: Redis | null = null;

  async watch(changed: () => void): Promise<void> {
    const { key } = this.options;
    try {
      const client = await this.client();
      if (client instanceof Cluster) {
        throw new StateStoreError("a node of a cluster tells of its own keys alone", {
          kind: "fatal",
          hint: "leave out `watch` and say how often to `refresh`",
        });
      }
      await requireEvents(client);
      // A connection that listens can do nothing else.
      const listener = client.duplicate({ lazyConnect: true, enableOfflineQueue: true, maxRetriesPerRequest: null });
      this.#listener = listener;
      listener.on("error", (error: Error) => this.options.onError?.(error));
      await listener.connect();
      await listener.subscribe(`__keyspace@${client.options.db ?? 0}__:${key}`);
      listener.on("message", changed);
      // What changed while there was no connection was told to nobody.
      listener.on("ready", changed);
    } catch (error) {
      throw toStateError(`watch the lookup table \`${key}\``, error, this.options.setting);
    }
  }

  override async close(): Promise<void> {
    this.#listener?.disconnect();
    await super.close();
  }
}

async function requireEvents(client: Redis): Promise<void> {
  let set: string;
  try {
    set = (await client.config("GET", "notify-keyspace-events"))[1] ?? "";
  } catch {
    // Servers of providers often refuse CONFIG; then nothing is known, and the events may come.
    return;
  }
  const letters = set.includes("A") ? `${set}g$lshzxetd` : set;
  if (wanted.split("").every((letter) => letters.includes(letter))) return;
  throw new StateStoreError("the server does not send keyspace events", {
    kind: "fatal",
    hint: `set \`notify-keyspace-events ${wanted}\` on the server, or leave out \`watch\` and say how often to \`refresh\``,
  });
}
