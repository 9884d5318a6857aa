import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Servers of a test's own, in a folder that goes with them. */
export interface OwnServers {
  readonly folder: string;
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Whether the programs are there that a test needs besides the servers of all tests. */
export function hasPrograms(...names: readonly string[]): boolean {
  return names.every((name) => {
    try {
      execFileSync("which", [name], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts so many Redis servers on loopback; `settings` gives the arguments of one by its port and the folder. */
export async function startRedis(
  count: number,
  settings: (port: number, folder: string) => readonly string[],
): Promise<OwnServers> {
  const folder = mkdtempSync(join(tmpdir(), "weir-redis-"));
  const ports: number[] = [];
  const children: ChildProcess[] = [];
  for (let i = 0; i < count; i++) {
    const port = await freePort();
    const common = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
    const child = spawn("redis-server", [...common, ...settings(port, folder)], { stdio: "ignore" });
    children.push(child);
    ports.push(port);
  }
  return {
    folder,
    ports,
    close: async () => {
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null) resolve();
              child.once("exit", () => resolve());
              child.kill("SIGKILL");
            }),
        ),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** With a cluster bus 10,000 ports above it. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = await portOf(0);
    if (port + 10_000 < 65_536 && (await portOf(port + 10_000).catch(() => 0)) !== 0) return port;
  }
  throw new Error("no free port");
}

function portOf(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
