import { longSilenceMs, silenceMs, type WorkerMessage } from "../protocol/calls.ts";

/** How long work goes on before messages are looked at. */
const sliceMs = 8;
const reportEveryMs = 120;

/** Tells the page how work goes, no faster than the page takes it, and lets messages in between. */
export class Reporter {
  readonly #post: (message: WorkerMessage) => void;
  readonly #channel = new MessageChannel();
  /** Several may rest at once: a seek, and the one that takes its place. */
  readonly #resting: (() => void)[] = [];
  #credit = 2;
  #last = 0;
  #atomic = 0;

  constructor(post: (message: WorkerMessage) => void) {
    this.#post = post;
    this.#channel.port1.addEventListener("message", () => {
      this.#resting.shift()?.();
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

  /** Does what cannot be interrupted and may take longer than an event: the page is told to wait for it. */
  atomic<T>(work: () => T): T {
    this.#beginAtomic();
    try {
      return work();
    } finally {
      this.#endAtomic();
    }
  }

  /** `atomic` of what goes on in pieces of which some may take long. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.#beginAtomic();
    try {
      return await work();
    } finally {
      this.#endAtomic();
    }
  }

  #beginAtomic(): void {
    if (this.#atomic++ === 0) this.#post({ kind: "patience", ms: longSilenceMs });
  }

  #endAtomic(): void {
    if (--this.#atomic === 0) this.#post({ kind: "patience", ms: silenceMs });
  }

  /** Asked in a loop: lets messages in when a slice of time is over. */
  pauses(): () => Promise<void> {
    let isTimeUp = this.timer();
    return async () => {
      if (!isTimeUp()) return;
      await this.rest();
      isTimeUp = this.timer();
    };
  }

  /** Lets messages in. A timer would wait for 4 ms. */
  rest(): Promise<void> {
    return new Promise((done) => {
      this.#resting.push(done);
      this.#channel.port2.postMessage(null);
    });
  }
}
