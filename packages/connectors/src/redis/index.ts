export type { RedisConnection } from "./connect.ts";
export { createRedisStateStore, type RedisStateOptions } from "./state-store.ts";
