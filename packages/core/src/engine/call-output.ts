import type { Alert } from "../alert.ts";
import { AlertQueue } from "./alert-queue.ts";
import type { EngineOptions, SetAside } from "./types.ts";

type Data = Readonly<Record<string, unknown>>;

/** What most calls give. */
const noAlerts: readonly Alert[] = Object.freeze([]);
const defaultQueueLimit = 100_000;

/**
 * What a call of an engine gives: alerts, and events that were set aside. Whoever listens is told once the state is whole again: a
 * callback that throws, or pushes, does no harm.
 */
export class CallOutput {
  readonly #options: Pick<EngineOptions, "onAlert" | "onSetAside">;
  readonly #queues = new Set<AlertQueue<Data>>();
  /** `null` until there is one. */
  #alerts: Alert[] | null = null;
  /** By which events these were made, where somebody asks. */
  #origins: (number | null)[] = [];
  #asides: SetAside[] = [];

  constructor(options: Pick<EngineOptions, "onAlert" | "onSetAside">) {
    this.#options = options;
  }

  /** A call begins. The alerts of one that failed are nobody's. */
  begin(): void {
    if (this.#alerts === null) return;
    this.#alerts = null;
    this.#origins = [];
  }

  /** `origin` is the number of the event that made it; `null`: the clock did. */
  add(alert: Alert, origin: number | null): void {
    (this.#alerts ??= []).push(alert);
    if (this.#options.onAlert !== undefined) this.#origins.push(origin);
  }

  setAside(aside: SetAside): void {
    if (this.#options.onSetAside !== undefined) this.#asides.push(aside);
  }

  /** Tells whoever listens; gives the alerts. */
  deliver(): readonly Alert[] {
    const alerts = this.#alerts;
    const asides = this.#asides;
    if (alerts === null && asides.length === 0) return noAlerts;
    const origins = this.#origins;
    // Callbacks may make calls of their own.
    this.#alerts = null;
    this.#origins = [];
    this.#asides = [];
    for (const aside of asides) this.#options.onSetAside?.(aside);
    if (alerts === null) return noAlerts;
    for (const queue of this.#queues) for (const alert of alerts) queue.push(alert);
    const { onAlert } = this.#options;
    if (onAlert !== undefined) for (const [i, alert] of alerts.entries()) onAlert(alert, origins[i] ?? null);
    return alerts;
  }

  /** Alerts to come, for one `for await` loop. */
  queue(limit: number = defaultQueueLimit): AsyncIterableIterator<Alert> {
    const queue = new AlertQueue<Data>(limit, (done) => this.#queues.delete(done));
    this.#queues.add(queue);
    return queue;
  }

  /** Ends all queues. */
  close(): void {
    for (const queue of this.#queues) queue.close();
    this.#queues.clear();
  }
}
