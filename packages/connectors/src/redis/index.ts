export type { RedisConnection } from "./connect.ts";
export { createRedisStateStore, type RedisStateOptions } from "./state-store.ts";
export { readRedisTable, type RedisTableOptions } from "./table.ts";
