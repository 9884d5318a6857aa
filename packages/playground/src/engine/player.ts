import type { Engine } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import type { Breakpoint, PauseReason, PlayRequest } from "../protocol/calls.ts";
import { keyText, severities } from "./alert-store.ts";
import { Playhead, type PlayheadPlace } from "./playhead.ts";
import type { Reporter } from "./reporter.ts";
import type { Run } from "./run.ts";

interface Recording {
  readonly store: EventStore;
  readonly run: Run;
  readonly timeOf: (index: number) => number;
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
  #breakpoints: readonly Breakpoint[] = [];

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

  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
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
      while (paused === null && performance.now() < stop) {
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
    const alerts = head.step();
    for (const { rule, key, severity, status } of alerts) {
      const text = keyText(key);
      const isHit = this.#breakpoints.some((at) => at.rule === rule && text.includes(at.key));
      if (isHit && status === "firing") {
        return { kind: "breakpoint", rule, key: text, severity: severities.indexOf(severity) };
      }
    }
    return head.atEnd ? { kind: "end" } : null;
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
