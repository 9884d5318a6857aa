import { silenceMs } from "../protocol/calls.ts";

const pingMs = 250;

/**
 * Tells when a worker has been silent for too long.
 *
 * Time is counted in turns of this page, which asks for a word at each: where the machine is slow, or asleep, it is slow for both.
 */
export class SilenceWatch {
  readonly #ask: () => void;
  readonly #lost: () => void;
  #missed = 0;
  #patienceMs = silenceMs;
  /** Whether the program of the worker is there; over a slow network that takes a while. */
  #isStarted = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(ask: () => void, lost: () => void) {
    this.#ask = ask;
    this.#lost = lost;
  }

  /** Begins to count, unless it counts already. */
  begin(): void {
    if (this.#timer !== null) return;
    this.#missed = 0;
    this.#timer = setInterval(() => {
      if (this.#isStarted && ++this.#missed * pingMs > this.#patienceMs) this.#lost();
      else this.#ask();
    }, pingMs);
  }

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The worker has said something. */
  heard(): void {
    this.#missed = 0;
    this.#isStarted = true;
  }

  /** From now on the worker may be silent for so long. */
  allow(ms: number): void {
    this.#patienceMs = ms;
  }
}
