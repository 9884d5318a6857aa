import { dirname, resolve } from "node:path";
import type { EventData, Plan } from "@weir/core";
import { readPostgresTable } from "@weir/connectors/postgres";
import { readRedisTable } from "@weir/connectors/redis";
import { CommandError, exitCode } from "../exit-code.ts";
import { tablesOf } from "../replay/engine-options.ts";
import type { RunConfig, TableConfig } from "./config/run-config.ts";

/** The rows of the tables of a plan, from where the configuration says. Throws where one is not said, or cannot be read. */
export async function readTables(
  plan: Plan,
  config: RunConfig,
  path: string,
): Promise<Readonly<Record<string, readonly EventData[]>>> {
  const tables: Record<string, readonly EventData[]> = {};
  for (const { name, key } of plan.tables) {
    const source = config.tables?.[name];
    if (source === undefined) {
      throw new CommandError(
        exitCode.usage,
        `the rules look things up in \`${name}\``,
        `say where its rows are in \`tables.${name}\``,
      );
    }
    tables[name] = await readTable(source, name, key, path);
  }
  return tables;
}

async function readTable(
  source: TableConfig,
  name: string,
  keyField: string,
  path: string,
): Promise<readonly EventData[]> {
  if (source.postgres !== undefined) return readPostgresTable(source.postgres);
  if (source.redis !== undefined) return readRedisTable({ ...source.redis, keyField });
  const file = resolve(dirname(path), source.file?.path ?? "");
  return (await tablesOf([`${name}=${file}`]))[name] ?? [];
}
