import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createKafkaLog } from "@weir/connectors/kafka";
import { isRunning, stopServer } from "../services/process.mjs";
import { startKafka, startPostgres, startRedis } from "../services/servers.mjs";

/** @typedef {import("../services/servers.mjs").Server} Server */

/** Servers of this run alone, which may be hurt. */
export class Servers {
  #folder;
  /** @type {Map<"kafka" | "redis" | "postgres", Server>} */
  #servers = new Map();

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  async start() {
    this.#servers.set("redis", await startRedis(join(this.#folder, "redis"), undefined, "everysec"));
    this.#servers.set("postgres", await startPostgres(join(this.#folder, "postgres")));
    this.#servers.set("kafka", await startKafka(join(this.#folder, "kafka")));
  }

  get kafkaUrl() {
    return this.#server("kafka").url;
  }

  get redisUrl() {
    return this.#server("redis").url;
  }

  get postgresUrl() {
    return this.#server("postgres").url;
  }

  openLog() {
    return createKafkaLog({ brokers: [this.kafkaUrl], requestTimeoutMs: 30_000 });
  }

  /** @param {{ deadMs: number, loses: boolean }} how */
  async restartRedis({ deadMs, loses }) {
    const server = this.#server("redis");
    kill(server);
    const folder = join(this.#folder, "redis");
    if (loses) loseLastWrites(join(folder, "appendonlydir"));
    await wait(deadMs);
    this.#servers.set("redis", await startRedis(folder, server.port, "everysec"));
  }

  /** @param {{ deadMs: number, kills: boolean }} how */
  async restartKafka({ deadMs, kills }) {
    const server = this.#server("kafka");
    if (kills) kill(server);
    else await stopServer(server, 20_000);
    while (isRunning(server)) await wait(20);
    await wait(deadMs);
    this.#servers.set("kafka", await startKafka(join(this.#folder, "kafka"), server.port));
  }

  async stop() {
    await Promise.all([...this.#servers.values()].map((server) => stopServer(server)));
  }

  /** @param {"kafka" | "redis" | "postgres"} name */
  #server(name) {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`${name} is not started`);
    return server;
  }
}

/** What a failover, or a power cut, would take from Redis although it was acknowledged. */
const lostBytes = 256 * 1024;

/** @param {string} folder */
function loseLastWrites(folder) {
  const name = readdirSync(folder)
    .filter((file) => file.endsWith(".incr.aof"))
    .sort()
    .at(-1);
  if (name === undefined) return;
  const file = join(folder, name);
  truncateSync(file, Math.max(0, statSync(file).size - lostBytes));
}

/** @param {Server} server */
function kill(server) {
  if (isRunning(server)) process.kill(server.pid, "SIGKILL");
}
