import { dirname, resolve } from "node:path";
import type { Plan, TableSource, TableWiring } from "@weir/core";
import { readPostgresTable } from "@weir/connectors/postgres";
import { createRedisTableSource } from "@weir/connectors/redis";
import { CommandError, exitCode } from "../exit-code.ts";
import { tablesOf } from "../replay/engine-options.ts";
import type { RunConfig, TableConfig } from "./config/run-config.ts";
import type { Logger } from "./logger.ts";
import { redisConnection } from "./redis-connection.ts";

/** Where the rows of the tables of a plan come from, as the configuration says; `undefined` without tables. */
export function tableWirings(
  plan: Plan,
  config: RunConfig,
  path: string,
  logger: Logger,
): Readonly<Record<string, TableWiring>> | undefined {
  if (plan.tables.length === 0) return undefined;
  const wirings: Record<string, TableWiring> = {};
  for (const { name, key } of plan.tables) {
    const table = config.tables?.[name];
    if (table === undefined) {
      throw new CommandError(
        exitCode.usage,
        `the rules look things up in \`${name}\``,
        `say where its rows are in \`tables.${name}\``,
      );
    }
    const refreshMs = (table.file ?? table.postgres ?? table.redis)?.refresh;
    const source = sourceOf(table, name, key, path, logger);
    wirings[name] = refreshMs === undefined ? { source } : { source, refreshMs };
  }
  return wirings;
}

function sourceOf(table: TableConfig, name: string, keyField: string, path: string, logger: Logger): TableSource {
  const { file, postgres, redis } = table;
  if (redis !== undefined) {
    const { key, watch = false } = redis;
    return createRedisTableSource({
      ...redisConnection(redis, `tables.${name}.redis`, path, logger),
      key,
      keyField,
      watch,
    });
  }
  const { url, query } = postgres ?? { url: "", query: "" };
  const fileName = resolve(dirname(path), file?.path ?? "");
  return {
    read: async () =>
      postgres === undefined
        ? ((await tablesOf([`${name}=${fileName}`]))[name] ?? [])
        : readPostgresTable({ url, query }),
    close: () => Promise.resolve(),
  };
}
