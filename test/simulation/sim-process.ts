import type { Host, HostClock } from "@weir/core";
import type { SeededRandom } from "./seeded-random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/**
 * An operating-system process: it can be killed, after which nothing of it ever runs again, and stopped and continued, between which
 * its timers and the replies it waits for pile up.
 */
export class SimProcess {
  readonly name: string;
  readonly host: Host;
  readonly #time: VirtualTime;
  #alive = true;
  #stopped = false;
  #waiting: (() => void)[] = [];

  constructor(name: string, time: VirtualTime, random: SeededRandom) {
    this.name = name;
    this.#time = time;
    const clock: HostClock = {
      now: () => time.now(),
      schedule: (delayMs, act) => {
        let cancelled = false;
        const cancel = time.schedule(delayMs, () =>
          this.deliver(() => {
            if (!cancelled) act();
          }),
        );
        return () => {
          cancelled = true;
          cancel();
        };
      },
    };
    this.host = { clock, random: random.next };
  }

  get alive(): boolean {
    return this.#alive;
  }

  get running(): boolean {
    return this.#alive && !this.#stopped;
  }

  kill(): void {
    this.#alive = false;
    this.#waiting = [];
  }

  /** SIGSTOP; the end of the time given is SIGCONT. */
  stopFor(ms: number): void {
    this.#stopped = true;
    this.#time.schedule(ms, () => {
      this.#stopped = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const act of waiting) if (this.#alive) act();
    });
  }

  /** Lets something happen in the process: at once, when it goes on, or never. */
  deliver(act: () => void): void {
    if (!this.#alive) return;
    if (this.#stopped) this.#waiting.push(act);
    else act();
  }
}
