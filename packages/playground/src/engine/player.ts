import type { Engine } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { keyMatches } from "../data/key-query.ts";
import type { Breakpoint, PauseReason, PlayRequest } from "../protocol/calls.ts";
import { keyText } from "./alert-store.ts";
import type { BreakpointProbe } from "./breakpoint-probe.ts";
import { Playhead, type PlayheadPlace } from "./playhead.ts";
import type { Reporter } from "./reporter.ts";
import type { Run } from "./run.ts";

interface Recording {
  readonly store: EventStore;
  readonly run: Run;
  readonly timeOf: (index: number) => number;
}

/** A breakpoint, with an engine for its condition where it has one. */
export interface SetBreakpoint extends Breakpoint {
  readonly probe: BreakpointProbe | null;
}

const tickMs = 16;
const workMs = 8;

/** Moves the playhead: by steps, to places, or on and on at a speed. */
export class Player {
  readonly #reporter: Reporter;
  #recording: Recording | null = null;
  #head: Playhead | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Where the playhead is on its way to. */
  #goal: number | null = null;
  #moves = 0;
  #plays = 0;
  #breakpoints: readonly SetBreakpoint[] = [];

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** The engine at the playhead, where there is one. */
  get engine(): Engine | null {
    return this.#head?.engine ?? null;
  }

  reset(): void {
    this.pause();
    this.#goal = null;
    this.#moves++;
    this.#recording = null;
    this.#head = null;
  }

  use(store: EventStore, run: Run, timeOf: (index: number) => number): void {
    this.#recording = { store, run, timeOf };
  }

  setBreakpoints(breakpoints: readonly SetBreakpoint[]): void {
    this.#breakpoints = breakpoints;
  }

  pause(): PlayheadPlace | null {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#plays++;
    return this.#head?.place() ?? null;
  }

  /** Goes to a place, in pieces; where another place is asked for meanwhile, the way there begins where it is by then. */
  async seek(position: number): Promise<PlayheadPlace> {
    this.pause();
    return this.#moveTo(position);
  }

  async #moveTo(position: number): Promise<PlayheadPlace> {
    const head = this.#ready();
    const move = ++this.#moves;
    const goal = Math.max(0, Math.min(position, this.#loaded().store.length));
    this.#goal = goal;
    try {
      await head.seek(goal, () => move === this.#moves);
    } finally {
      if (move === this.#moves) this.#goal = null;
    }
    return head.place();
  }

  /** Goes behind the last event, in the order of the recording, that is not later than `time`. */
  async seekTime(time: number): Promise<PlayheadPlace> {
    const { store, timeOf } = this.#loaded();
    let position = 0;
    for (let i = 0; i < store.length; i++) if (timeOf(i) <= time) position = i + 1;
    return this.seek(position);
  }

  async step(to: "event" | "alert", back: boolean): Promise<PlayheadPlace> {
    const { store, run } = this.#loaded();
    const from = this.#goal ?? this.#ready().position;
    if (to === "event") return this.seek(from + (back ? -1 : 1));
    if (back) {
      const before = run.alerts.firstAfter(from - 1) - 1;
      return this.seek(before < 0 ? 0 : run.alerts.position(before));
    }
    const next = run.alerts.firstAfter(from);
    return this.seek(next < run.alerts.kept ? run.alerts.position(next) : store.length);
  }

  async play({ speed, isLooping }: PlayRequest): Promise<null> {
    this.pause();
    const play = this.#plays;
    while (this.#goal !== null && play === this.#plays) await this.#moveTo(this.#goal);
    // It was asked for something else meanwhile.
    if (play !== this.#plays) return null;
    const head = this.#ready();
    const { store, timeOf } = this.#loaded();
    if (head.atEnd) head.rewind();
    let eventTime = timeOf(Math.min(head.position, store.length - 1));
    let last = performance.now();
    const tick = (): void => {
      const now = performance.now();
      if (speed !== null) eventTime += (now - last) * speed;
      last = now;
      const stop = now + workMs;
      let paused: PauseReason | null = null;
      const isTimeUp = (): boolean => performance.now() >= stop;
      // Before it goes on from a place that was jumped to, the conditions have to be as they were there.
      const isReady = this.#breakpoints.every(({ probe }) => probe?.catchUp(head.position, isTimeUp) ?? true);
      if (!isReady) eventTime = timeOf(Math.min(head.position, store.length - 1));
      const end = isReady ? stop : 0;
      while (paused === null && performance.now() < end) {
        const next = head.position < store.length ? timeOf(head.position) : -Infinity;
        if (speed !== null && next > eventTime) break;
        paused = this.#stepOnce(head);
      }
      if (paused?.kind === "end" && isLooping) {
        head.rewind();
        eventTime = timeOf(0);
        paused = null;
      }
      const message = { kind: "playing", place: head.place(), paused } as const;
      this.#timer = paused === null ? setTimeout(tick, speed === null ? 0 : tickMs) : null;
      if (paused === null) this.#reporter.reportIfDue(() => message);
      else this.#reporter.say(message);
    };
    this.#timer = setTimeout(tick, 0);
    return null;
  }

  #stepOnce(head: Playhead): PauseReason | null {
    const own = head.step();
    let paused: PauseReason | null = null;
    // All of them see the event, also where one has paused already.
    for (const { rule, key, when, probe } of this.#breakpoints) {
      const fired = probe === null ? own.filter((alert) => alert.rule === rule) : probe.step();
      const hit = fired.find((alert) => alert.status === "firing" && keyMatches(alert.key, key));
      if (hit !== undefined) paused ??= { kind: "breakpoint", rule, key: keyText(hit.key), when };
    }
    return paused ?? (head.atEnd ? { kind: "end" } : null);
  }

  #loaded(): Recording {
    if (this.#recording === null) throw new Error("there is no finished run to play");
    return this.#recording;
  }

  #ready(): Playhead {
    const { store, run, timeOf } = this.#loaded();
    this.#head ??= new Playhead(store, run, timeOf, this.#reporter);
    return this.#head;
  }
}
