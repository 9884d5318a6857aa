import type { RedisConnection } from "@weir/connectors/redis";
import type { RedisConfig } from "./config/run-config.ts";
import type { Logger } from "./logger.ts";
import { readSetting } from "./read-setting.ts";

/** `setting` is where it stands. How a configuration at `path` says that Redis is reached; that it says one of `url` and `cluster` was seen before. */
export function redisConnection(
  { url, cluster, tls }: RedisConfig,
  setting: string,
  path: string,
  logger: Logger,
): RedisConnection {
  const { ca, cert, key, serverName } = tls ?? {};
  return {
    url: cluster ?? url ?? "",
    setting: `${setting}.${cluster === undefined ? "url" : "cluster"}`,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(ca === undefined ? {} : { ca: readSetting(ca, path) }),
            ...(cert === undefined ? {} : { cert: readSetting(cert, path) }),
            ...(key === undefined ? {} : { key: readSetting(key, path) }),
            ...(serverName === undefined ? {} : { servername: serverName }),
          },
        }),
    onError: (error) => logger.debug({ err: error }, "Redis"),
  };
}
