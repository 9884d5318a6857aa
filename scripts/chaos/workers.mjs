import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isRunning, startServer, stopServer } from "../services/process.mjs";
import { root } from "../tool.mjs";

/** @typedef {import("../services/process.mjs").Running} Running */

/** Processes of `weir run` with one configuration. */
export class Workers {
  #folder;
  /** @type {Running[]} */
  #running = [];
  #count;

  /**
   * @param {string} folder where the configuration is, and the logs go
   * @param {number} count
   */
  constructor(folder, count) {
    this.#folder = folder;
    this.#count = count;
  }

  async start() {
    for (let i = 0; i < this.#count; i++) {
      await this.startOne(i);
      // One migrates the database, the others find it so.
      await wait(500);
    }
  }

  /** @param {number} i */
  async startOne(i) {
    const args = [join(root, "packages/cli/bin/weir.js"), "run", join(this.#folder, "weir.yaml")];
    this.#running[i] = startServer(process.execPath, args, { log: join(this.#folder, `worker-${i}.log`) });
    await wait(0);
  }

  /**
   * @param {number} which from 0 to below 1
   * @returns {number} its place
   */
  kill(which) {
    const i = Math.floor(which * this.#running.length);
    const worker = this.#running[i];
    if (worker !== undefined && isRunning(worker)) process.kill(worker.pid, "SIGKILL");
    return i;
  }

  /**
   * @param {number} which from 0 to below 1
   * @returns {() => void} lets it go on
   */
  suspend(which) {
    const worker = this.#running[Math.floor(which * this.#running.length)];
    if (worker === undefined || !isRunning(worker)) return () => {};
    process.kill(worker.pid, "SIGSTOP");
    return () => {
      if (isRunning(worker)) process.kill(worker.pid, "SIGCONT");
    };
  }

  /** Starts again what ended by itself, as a service manager would. */
  async revive() {
    for (const [i, worker] of this.#running.entries()) if (!isRunning(worker)) await this.startOne(i);
  }

  async stop() {
    await Promise.all(this.#running.map((worker) => stopServer(worker, 15_000)));
  }
}
