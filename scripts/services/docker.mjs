import { spawnSync } from "node:child_process";
import { root } from "../tool.mjs";

/** Whether there is a container engine that answers. */
export function hasEngine() {
  const { status } = spawnSync("docker", ["info", "--format", "{{.ServerVersion}}"], {
    stdio: "ignore",
    timeout: 10_000,
  });
  return status === 0;
}

/** @param {readonly string[]} args */
export function compose(args) {
  const { status } = spawnSync("docker", ["compose", ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`docker compose ${args.join(" ")} ended with ${status}`);
}

/** What `docker-compose.yml` says; the receiver of webhooks is a process of this machine. */
export const composeUrls = {
  kafka: "127.0.0.1:9092",
  registry: "http://127.0.0.1:8081",
  redis: "redis://127.0.0.1:6379",
  postgres: "postgres://weir:weir@127.0.0.1:5432/weir",
  webhook: "http://127.0.0.1:9099/",
};
