import { Cluster, Redis } from "ioredis";

/** How to reach Redis. */
export interface RedisConnection {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS; of a cluster, one node or more. */
  readonly url: string | readonly string[];
  /** How long a command may take. Default 5 s. */
  readonly commandTimeoutMs?: number;
  /** How long a connection may take. Default 3 s. */
  readonly connectTimeoutMs?: number;
  /** Called with what goes wrong between commands. */
  readonly onError?: (error: Error) => void;
}

/**
 * A client that is connected. It fails fast: what cannot be sent now is refused, what was under way when the connection broke is not
 * sent again, and it connects anew by itself.
 */
export async function connectRedis(connection: RedisConnection): Promise<Redis | Cluster> {
  const options = {
    lazyConnect: true,
    // The defaults queue without bound while there is no connection, and repeat commands behind the caller's back.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: connection.commandTimeoutMs ?? 5000,
    connectTimeout: connection.connectTimeoutMs ?? 3000,
    retryStrategy: waitBeforeAttempt,
  };
  const { url } = connection;
  const client =
    typeof url === "string"
      ? new Redis(url, options)
      : new Cluster([...url], {
          lazyConnect: true,
          enableOfflineQueue: false,
          clusterRetryStrategy: waitBeforeAttempt,
          redisOptions: options,
        });
  // The client rejects `connect` with no reason; the reason comes as an event.
  let reason: Error | null = null;
  client.on("error", (error: Error) => {
    reason ??= error;
    connection.onError?.(error);
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw reason ?? error;
  }
  return client;
}

function waitBeforeAttempt(attempts: number): number {
  return Math.min(2000, 50 * 2 ** Math.min(attempts, 6));
}
