import type { LiveEntry, LiveView } from "@weir/core";
import type { Cluster, Redis } from "ioredis";
import { connectRedis, type RedisConnection } from "./connect.ts";
import { packNamed } from "./pack-named.ts";
import { runScript } from "./script.ts";
import { toStateError } from "./state-errors.ts";

export interface RedisLiveOptions extends RedisConnection {
  /** What the names begin with, in braces: most often the name of the pipeline. */
  readonly app: string;
}

/**
 * Values of rules under `{app}:live:<rule>:<key>`, for whoever may GET them. Names of one app are in one slot of a cluster.
 *
 * KEYS  what the names begin with. ARGV: time to live, a chunk as `packNamed` makes them.
 */
const show = `
local chunk, at = ARGV[2], 1
while at <= #chunk do
  local nameBytes, valueBytes
  nameBytes, valueBytes, at = struct.unpack('<I4<I4', chunk, at)
  local valueAt = at + nameBytes
  redis.call('SET', KEYS[1] .. string.sub(chunk, at, valueAt - 1), string.sub(chunk, valueAt, valueAt + valueBytes - 1), 'PX', ARGV[1])
  at = valueAt + valueBytes
end
`;

/** Shows live values in Redis. Throws `StateStoreError`. */
export async function createRedisLiveView(options: RedisLiveOptions): Promise<LiveView> {
  try {
    return new RedisLiveView(await connectRedis(options), options.app);
  } catch (error) {
    throw toStateError("connect to Redis", error, options.setting);
  }
}

/** The name of a rule's value for a key: parts of a key of several are joined by `:`, with `%` and `:` in them as `%25` and `%3A`. */
export function liveKey(app: string, rule: string, key: readonly unknown[]): string {
  return `{${app}}:live:${nameOf({ rule, key })}`;
}

class RedisLiveView implements LiveView {
  readonly #client: Redis | Cluster;
  readonly #start: string;

  constructor(client: Redis | Cluster, app: string) {
    this.#client = client;
    this.#start = `{${app}}:live:`;
  }

  async write(entries: readonly LiveEntry[]): Promise<void> {
    const byTtl = Map.groupBy(entries, ({ ttlMs }) => Math.max(1, Math.ceil(ttlMs)));
    try {
      for (const [ttlMs, group] of byTtl) {
        const named = group.map((entry) => ({ name: nameOf(entry), value: Buffer.from(entry.value) }));
        for (const chunk of packNamed(named)) {
          await runScript(this.#client, show, [this.#start], [ttlMs, chunk]);
        }
      }
    } catch (error) {
      throw toStateError("show live values", error);
    }
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#client.disconnect();
  }
}

function nameOf({ rule, key }: Pick<LiveEntry, "rule" | "key">): string {
  const parts = key.map(String);
  const written = parts.length === 1 ? parts : parts.map((part) => part.replaceAll("%", "%25").replaceAll(":", "%3A"));
  return [rule, ...written].join(":");
}
