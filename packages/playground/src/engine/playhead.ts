import { addToAlertHash, type Alert, emptyAlertHash, type Engine } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { resumeEngine, startEngine } from "./hosted-engine.ts";
import type { Reporter } from "./reporter.ts";
import type { Run } from "./run.ts";

/** What a playhead says about where it is. */
export interface PlayheadPlace {
  /** How many events have been pushed. */
  readonly position: number;
  /** Event time of the last one pushed; `null` before the first. */
  readonly time: number | null;
  readonly alerts: number;
  readonly hash: string;
  /** Whether the recording is over, with what came at its end. */
  readonly atEnd: boolean;
}

/** An engine at some place of a recording: it steps, plays and jumps, with the state as it was there. */
export class Playhead {
  readonly #store: EventStore;
  readonly #run: Run;
  readonly #timeOf: (index: number) => number;
  readonly #reporter: Reporter;
  #engine: Engine;
  #position = 0;
  #alerts = 0;
  #hash: string = emptyAlertHash;
  #atEnd = false;

  constructor(store: EventStore, run: Run, timeOf: (index: number) => number, reporter: Reporter) {
    this.#store = store;
    this.#reporter = reporter;
    this.#run = run;
    this.#timeOf = timeOf;
    this.#engine = startEngine(run.plan);
  }

  get engine(): Engine {
    return this.#engine;
  }

  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  place(): PlayheadPlace {
    return {
      position: this.#position,
      time: this.#position === 0 ? null : this.#timeOf(this.#position - 1),
      alerts: this.#alerts,
      hash: this.#hash,
      atEnd: this.#atEnd,
    };
  }

  /** Pushes the next event, or ends the recording behind the last; the alerts it gave. */
  step(): readonly Alert[] {
    if (this.#atEnd) return [];
    const index = this.#position;
    let alerts: readonly Alert[];
    if (index === this.#store.length) {
      this.#atEnd = true;
      alerts = this.#engine.finish();
    } else {
      this.#position = index + 1;
      alerts = this.#engine.push(this.#store.stream(index), this.#store.event(index));
      // Behind the last event nothing more can come but what ends with it.
      if (this.#position === this.#store.length) {
        this.#atEnd = true;
        alerts = [...alerts, ...this.#engine.finish()];
      }
    }
    for (const alert of alerts) this.#hash = addToAlertHash(this.#hash, alert);
    this.#alerts += alerts.length;
    return alerts;
  }

  /**
   * Goes to where `target` events have been pushed: back by the nearest snapshot, then forward event by event. Stays where it has
   * come to when it is no longer wanted there.
   */
  async seek(target: number, isWanted: () => boolean): Promise<void> {
    const snapshot = this.#run.snapshots.before(target);
    const isBehind = target < this.#position || (this.#atEnd && target < this.#store.length);
    if (isBehind || (snapshot !== null && snapshot.position > this.#position)) {
      if (snapshot === null) this.rewind();
      else {
        this.#engine = this.#reporter.atomic(() => resumeEngine(this.#run.plan, snapshot.bytes));
        this.#position = snapshot.position;
        this.#alerts = snapshot.alerts;
        this.#hash = snapshot.hash;
        this.#atEnd = false;
      }
    }
    const pause = this.#reporter.pauses();
    while (this.#position < target && isWanted()) {
      this.step();
      await pause();
    }
  }

  /** Goes to the beginning. */
  rewind(): void {
    this.#engine = startEngine(this.#run.plan);
    this.#position = 0;
    this.#alerts = 0;
    this.#hash = emptyAlertHash;
    this.#atEnd = false;
  }
}
