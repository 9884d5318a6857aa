import type { StateVersion } from "@weir/core";

/** The names of a task's keys. */
export class StateKeys {
  readonly #tag: string;
  /** Of every script: fence, base, task, staged, redo. */
  readonly common: readonly string[];

  constructor(prefix: string, task: string) {
    // In braces: Redis Cluster takes the slot of a key from what is within.
    this.#tag = `{${prefix}:${encodeURIComponent(task.toWellFormed())}}`;
    this.common = ["fence", "base", "task", "staged", "redo"].map((name) => `${this.#tag}:${name}`);
  }

  /** The chunks of a staged delta. */
  delta(version: string): string {
    return `${this.#tag}:c:${version}`;
  }

  upload(nonce: string): string {
    return `${this.#tag}:u:${nonce}`;
  }
}

export function versionText({ version, token }: StateVersion): string {
  return `${version}:${token}`;
}
