import { spawn, spawnSync } from "node:child_process";
import { openSync, closeSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/**
 * A process that this script started. Its start time tells it from a later one with the same id.
 *
 * @typedef {{ pid: number, startedAt: string }} Running
 */

/**
 * Starts a server that outlives this script, with its output in a log file.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log: string, cwd?: string, env?: Record<string, string>, uid?: number }} options
 * @returns {Running}
 */
export function startServer(command, args, { log, cwd, env = {}, uid }) {
  const out = openSync(log, "a");
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", out, out],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  closeSync(out);
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`cannot start ${command}: is it installed?`);
  return { pid: child.pid, startedAt: startTime(child.pid) ?? "" };
}

/** @param {Running} server */
export function isRunning({ pid, startedAt }) {
  return startTime(pid) === startedAt;
}

/**
 * Ends a server: asks, waits up to `graceMs`, then kills.
 *
 * @param {Running} server
 */
export async function stopServer(server, graceMs = 15_000) {
  if (!isRunning(server)) return;
  process.kill(server.pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (isRunning(server) && performance.now() < deadline) await wait(50);
  if (isRunning(server)) process.kill(server.pid, "SIGKILL");
  while (isRunning(server)) await wait(20);
}

/**
 * Waits until `ready` is true; throws with the end of the log when the server ends or the time is up.
 *
 * @param {string} name
 * @param {Running} server
 * @param {string} log
 * @param {() => Promise<boolean>} ready
 */
export async function waitUntilReady(name, server, log, ready, timeoutMs = 90_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await ready())) {
    const problem = !isRunning(server) ? "ended" : performance.now() > deadline ? "is not ready in time" : null;
    if (problem !== null) throw new Error(`${name} ${problem}; the end of ${log}:\n${tail(log)}`);
    await wait(100);
  }
}

/**
 * Runs a command to its end; throws with what it printed where it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, uid?: number, env?: Record<string, string> }} [options]
 * @returns {string} what it printed on standard output
 */
export function run(command, args, { cwd, uid, env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  if (error !== undefined) throw new Error(`cannot run ${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** @param {number} port */
export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/**
 * The wanted port of the loopback address if it is free, else another one that is.
 *
 * @param {number} wanted
 * @returns {Promise<number>}
 */
export async function freePort(wanted) {
  return (await listenOn(wanted)) ?? (await listenOn(0)) ?? wanted;
}

/**
 * @param {number} port
 * @returns {Promise<number | null>}
 */
function listenOn(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}

/**
 * @param {number} pid
 * @returns {string | null} null where there is no such process, or it is a zombie
 */
function startTime(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  if (process.platform !== "linux") return "";
  try {
    // The name of the process, in parentheses, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? "");
  } catch {
    return null;
  }
}

/** @param {string} log */
function tail(log) {
  return readFileSync(log, "utf8").split("\n").slice(-20).join("\n");
}
