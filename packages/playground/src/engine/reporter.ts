import type { WorkerMessage } from "../protocol/calls.ts";

/** How long work goes on before messages are looked at. */
const sliceMs = 8;
const reportEveryMs = 120;

/** Tells the page how work goes, no faster than the page takes it, and lets messages in between. */
export class Reporter {
  readonly #post: (message: WorkerMessage) => void;
  readonly #channel = new MessageChannel();
  #resting: (() => void) | null = null;
  #credit = 2;
  #last = 0;

  constructor(post: (message: WorkerMessage) => void) {
    this.#post = post;
    this.#channel.port1.addEventListener("message", () => {
      const go = this.#resting;
      this.#resting = null;
      go?.();
    });
    this.#channel.port1.start();
  }

  /** Tells whether the slice of time that begins now is over. */
  timer(): () => boolean {
    const end = performance.now() + sliceMs;
    return () => performance.now() >= end;
  }

  /** Sends a report unless two are on the way. */
  report(message: WorkerMessage): void {
    if (this.#credit <= 0) return;
    this.#credit--;
    this.#last = performance.now();
    this.#post(message);
  }

  /** Sends a report if it is time for one. */
  reportIfDue(message: () => WorkerMessage): void {
    if (this.#credit > 0 && performance.now() - this.#last >= reportEveryMs) this.report(message());
  }

  addCredit(): void {
    this.#credit = Math.min(2, this.#credit + 1);
  }

  /** Sends what must not be left out. */
  say(message: WorkerMessage): void {
    this.#post(message);
  }

  /** Lets messages in. A timer would wait for 4 ms. */
  rest(): Promise<void> {
    return new Promise((done) => {
      this.#resting = done;
      this.#channel.port2.postMessage(null);
    });
  }
}
