import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "./random.mjs";

/** @typedef {{ servers: import("./servers.mjs").Servers, workers: import("./workers.mjs").Workers }} World */
/** @typedef {{ kind: string, seconds: number, run: (world: World) => Promise<void> }} Fault */

/**
 * What will happen, in an order that follows from the seed.
 *
 * @param {{ kills: number, stops: number, redisRestarts: number, brokerRestarts: number, seed: number }} counts
 * @returns {Fault[]}
 */
export function plannedFaults({ kills, stops, redisRestarts, brokerRestarts, seed }) {
  const random = seededRandom(seed);
  /** @type {Fault[]} */
  const faults = [];
  for (let i = 0; i < kills; i++) faults.push(kill(random));
  for (let i = 0; i < stops; i++) faults.push(stop(random));
  for (let i = 0; i < redisRestarts; i++) faults.push(restartRedis(random, i === redisRestarts - 1));
  for (let i = 0; i < brokerRestarts; i++) faults.push(restartBroker(random, i % 2 === 1));
  for (let i = faults.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [faults[i], faults[j]];
    if (a !== undefined && b !== undefined) [faults[i], faults[j]] = [b, a];
  }
  return faults;
}

/** @param {() => number} random */
function kill(random) {
  const victim = random();
  const pauseMs = 1000 + random() * 4000;
  const deadMs = random() < 0.5 ? 0 : random() * 3000;
  return {
    kind: "kill -9",
    seconds: (pauseMs + deadMs) / 1000,
    run: async (/** @type {World} */ { workers }) => {
      await wait(pauseMs);
      const worker = workers.kill(victim);
      await wait(deadMs);
      await workers.startOne(worker);
    },
  };
}

/** Longer than the session timeout: the worker wakes up as one whose partitions others have.
 *
 * @param {() => number} random
 */
function stop(random) {
  const victim = random();
  const stoppedMs = 9000 + random() * 3000;
  return {
    kind: "SIGSTOP past the session timeout",
    seconds: stoppedMs / 1000,
    run: async (/** @type {World} */ { workers }) => {
      const resume = workers.suspend(victim);
      await wait(stoppedMs);
      resume();
    },
  };
}

/**
 * @param {() => number} random
 * @param {boolean} loses
 */
function restartRedis(random, loses) {
  const deadMs = random() * 3000;
  return {
    kind: loses ? "Redis restart that loses writes" : "Redis restart",
    seconds: 3 + deadMs / 1000,
    run: async (/** @type {World} */ { servers }) => {
      await wait(1500);
      await servers.restartRedis({ deadMs, loses });
    },
  };
}

/**
 * @param {() => number} random
 * @param {boolean} kills
 */
function restartBroker(random, kills) {
  const deadMs = random() * 3000;
  return {
    kind: kills ? "broker kill -9 and restart" : "broker restart",
    seconds: 10 + deadMs / 1000,
    run: async (/** @type {World} */ { servers }) => {
      await wait(1500);
      await servers.restartKafka({ deadMs, kills });
      await wait(3000);
    },
  };
}
