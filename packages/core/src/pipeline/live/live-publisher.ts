import type { EngineOptions } from "../../engine/types.ts";
import type { LiveValue } from "../../engine/live-values.ts";
import type { Host } from "../contracts/host.ts";
import type { LiveEntry, LiveWiring } from "../contracts/live-view.ts";
import type { DependencyStatus, PipelineOptions } from "../contracts/pipeline.ts";
import type { Policies } from "../policies.ts";
import { fullJitter } from "../policy/backoff.ts";
import type { Policy } from "../policy/policy.ts";
import { sleep } from "../policy/sleep.ts";
import { isDoneWithin } from "../policy/within.ts";

/** Values that wait to be shown; of more the oldest are dropped, until their key has another event. */
const mostWaiting = 100_000;
const perWrite = 1000;
const firstBackoffMs = 200;
const maxBackoffMs = 30_000;

/** What the engine of a pipeline is given. */
export function engineOptions({ engine = {}, live }: PipelineOptions): EngineOptions {
  return live === undefined ? engine : { ...engine, live: Object.keys(live.rules) };
}

/** Of a pipeline that shows values; else `null`. */
export function createLivePublisher({ live, host }: PipelineOptions, policies: Policies): LivePublisher | null {
  return live === undefined ? null : new LivePublisher(live, policies.live, host);
}

/**
 * Writes the values of committed batches to where others read them, behind the commits and never in their way: what is not written yet
 * gives way to newer values of its key.
 *
 * State   one value per key that waits.
 */
export class LivePublisher {
  readonly #wiring: LiveWiring;
  readonly #policy: Policy;
  readonly #host: Host;
  readonly #waiting = new Map<string, LiveEntry>();
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(wiring: LiveWiring, policy: Policy, host: Host) {
    this.#wiring = wiring;
    this.#policy = policy;
    this.#host = host;
  }

  /** What of an engine's values is shown. */
  entriesOf(values: readonly LiveValue[]): readonly LiveEntry[] {
    return values.map(({ rule, key, data, ttlMs: windowMs }) => {
      const { field, ttlMs = windowMs ?? Infinity } = this.#wiring.rules[rule] ?? {};
      return { rule, key, value: JSON.stringify(field === undefined ? data : (data[field] ?? null)), ttlMs };
    });
  }

  status(): DependencyStatus {
    return this.#policy.status();
  }

  /** Shows these as soon as it can be. */
  publish(entries: readonly LiveEntry[]): void {
    for (const entry of entries) {
      const name = JSON.stringify([entry.rule, entry.key]);
      this.#waiting.delete(name);
      this.#waiting.set(name, entry);
    }
    for (const name of this.#waiting.keys()) {
      if (this.#waiting.size <= mostWaiting) break;
      this.#waiting.delete(name);
    }
    if (this.#waiting.size > 0) this.#writing ??= this.#write();
  }

  /** Writes what waits, for at most `deadlineMs`. Never throws. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#writing !== null) await isDoneWithin(this.#host.clock, deadlineMs, this.#writing);
    this.#closed = true;
  }

  async #write(): Promise<void> {
    for (let failures = 0; this.#waiting.size > 0 && !this.#closed; ) {
      const some = [...this.#waiting].slice(0, perWrite);
      try {
        await this.#policy.run("showing live values", () => this.#wiring.view.write(some.map(([, entry]) => entry)));
        for (const [name, entry] of some) if (this.#waiting.get(name) === entry) this.#waiting.delete(name);
        failures = 0;
      } catch {
        await sleep(this.#host.clock, fullJitter(++failures, firstBackoffMs, maxBackoffMs, this.#host.random));
      }
    }
    this.#writing = null;
  }
}
