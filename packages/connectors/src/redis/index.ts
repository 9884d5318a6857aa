export type { RedisConnection, RedisTls } from "./connect.ts";
export { createRedisLiveView, liveKey, type RedisLiveOptions } from "./live-view.ts";
export { createRedisStateStore, type RedisStateOptions } from "./state-store.ts";
export { readRedisTable, type RedisTableOptions } from "./table.ts";
export { createRedisTableSource, type RedisTableSourceOptions } from "./table-source.ts";
