import {
  addToAlertHash,
  type Alert,
  emptyAlertHash,
  type Engine,
  type EngineStats,
  type EventData,
  fieldsRead,
} from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { AlertStore } from "./alert-store.ts";
import type { EventTimes } from "./event-times.ts";
import { startEngine } from "./hosted-engine.ts";
import type { HostedPlan } from "./hosting.ts";
import { OpenRuns } from "./open-runs.ts";
import { Snapshots } from "./snapshots.ts";

/** An event that the rules did not take, and why. */
export interface SetAsideEvent {
  readonly index: number;
  readonly kind: "late" | "bad";
  readonly reason: string;
}

const keptAsides = 200;

/** One run of rules over a whole recording, in pieces. */
export class Run {
  readonly plan: HostedPlan;
  readonly alerts: AlertStore;
  readonly snapshots: Snapshots;
  readonly openRuns: OpenRuns;
  readonly asides: SetAsideEvent[] = [];
  readonly #store: EventStore;
  readonly #times: EventTimes;
  readonly #engine: Engine;
  readonly #atomic: (work: () => void) => void;
  /** What the rules do not read costs nothing. */
  readonly #eventAt: (index: number) => EventData;
  hash: string = emptyAlertHash;
  position = 0;
  isDone = false;

  /** `atomic` does what may take long where there is much state. */
  constructor(
    store: EventStore,
    plan: HostedPlan,
    times: EventTimes,
    atomic: (work: () => void) => void = (work) => work(),
  ) {
    this.#atomic = atomic;
    this.plan = plan;
    this.#store = store;
    this.#times = times;
    times.prepare(plan, store.length);
    const resolving = plan.rules.filter(({ branches }) => branches.some(({ resolve }) => resolve));
    this.alerts = new AlertStore(
      plan.rules.map(({ name }) => name),
      new Set(resolving.map(({ name }) => name)),
    );
    this.snapshots = new Snapshots();
    this.openRuns = new OpenRuns(plan, store.length);
    this.#eventAt = store.projected(fieldsRead(plan));
    this.#engine = startEngine(plan, {
      onSetAside: ({ kind, reason }) => {
        if (this.asides.length < keptAsides) this.asides.push({ index: this.position, kind, reason });
      },
    });
  }

  /** Goes on until `isTimeUp`, which is asked every few events; whether it is done. */
  advance(isTimeUp: () => boolean): boolean {
    const store = this.#store;
    const end = store.length;
    while (this.position < end) {
      if (this.snapshots.isDue(this.position)) this.#atomic(() => this.#takeSnapshot());
      const stop = Math.min(end, this.position + checkedEvery);
      while (this.position < stop) this.#pushNext();
      if (isTimeUp()) return false;
    }
    if (!this.isDone) {
      this.#take(this.#engine.finish());
      this.isDone = true;
    }
    return true;
  }

  /** The engine as it is now. */
  get engine(): Engine {
    return this.#engine;
  }

  stats(): EngineStats {
    return this.#engine.stats();
  }

  #pushNext(): void {
    const index = this.position;
    const event = this.#eventAt(index);
    const stream = this.#store.stream(index);
    this.#times.note(index, stream, event);
    const alerts = this.#engine.push(stream, event);
    this.position = index + 1;
    this.openRuns.note(this.#engine, this.position);
    if (alerts.length > 0) this.#take(alerts);
  }

  #take(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      this.hash = addToAlertHash(this.hash, alert);
      this.alerts.add(alert, this.position);
    }
  }

  #takeSnapshot(): void {
    this.snapshots.add({
      position: this.position,
      bytes: this.#engine.snapshot(),
      alerts: this.alerts.total,
      hash: this.hash,
    });
  }
}

const checkedEvery = 16;
