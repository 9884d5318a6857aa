import { Cluster, Redis } from "ioredis";

/** How to reach Redis. */
export interface RedisConnection {
  /**
   * `redis://user:password@host:port/db`, or `rediss://` for TLS; of a cluster a list of one node or more, which have user, password and TLS
   * in common.
   */
  readonly url: string | readonly string[];
  /** With `rediss://`: certificates in PEM, and the name that the server's has to have. */
  readonly tls?: RedisTls;
  /** What a configuration calls the URL, for messages. Default `state.redis.url`. */
  readonly setting?: string;
  /** How long a command may take. Default 5 s. */
  readonly commandTimeoutMs?: number;
  /** How long a connection may take. Default 3 s. */
  readonly connectTimeoutMs?: number;
  /** Called with what goes wrong between commands. */
  readonly onError?: (error: Error) => void;
}

export interface RedisTls {
  /** Of the authority that signed the server's certificate. */
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
}

/**
 * A client that is connected. It fails fast: what cannot be sent now is refused, what was under way when the connection broke is not
 * sent again, and it connects anew by itself.
 */
export async function connectRedis(connection: RedisConnection): Promise<Redis | Cluster> {
  const connectTimeout = connection.connectTimeoutMs ?? 3000;
  const options = {
    lazyConnect: true,
    // The defaults queue without bound while there is no connection, and repeat commands behind the caller's back.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: connection.commandTimeoutMs ?? 5000,
    connectTimeout,
    retryStrategy: waitBeforeAttempt,
  };
  const { url, tls } = connection;
  const secured = tls === undefined ? {} : { tls: { ...tls } };
  const client =
    typeof url === "string"
      ? new Redis(url, { ...options, ...secured })
      : new Cluster([...url], {
          lazyConnect: true,
          enableOfflineQueue: false,
          clusterRetryStrategy: waitBeforeAttempt,
          slotsRefreshTimeout: connectTimeout,
          redisOptions: { ...options, ...commonTo(url), ...secured },
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
    throw ofNode(reason ?? error);
  }
  return client;
}

/** Of a cluster that refused, what its node said. */
function ofNode(error: unknown): unknown {
  return error instanceof Error && "lastNodeError" in error && error.lastNodeError instanceof Error
    ? error.lastNodeError
    : error;
}

/** What the nodes of a cluster have in common, from the first of its URLs: those that it names itself come without. */
function commonTo([first]: readonly string[]): { username?: string; password?: string; tls?: object } {
  const { protocol, username, password } = new URL(first ?? "redis://127.0.0.1");
  return {
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
}

function waitBeforeAttempt(attempts: number): number {
  return Math.min(2000, 50 * 2 ** Math.min(attempts, 6));
}
