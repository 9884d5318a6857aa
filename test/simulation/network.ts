import type { Tally } from "./tally.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimProcess } from "./sim-process.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Thrown at the caller where no reply came. */
export class NoReplyError extends Error {
  override readonly name = "NoReplyError";
}

export interface LinkFaults {
  /** Of requests, replies: lost for ever, or late by seconds. Of requests: applied once more some time later. */
  lostRequests: number;
  lostReplies: number;
  late: number;
  duplicated: number;
}

const timeoutMs = 5000;

/** The way from processes to one service, with what can go wrong on it. */
export class Link {
  readonly service: string;
  /** While `true` nothing arrives: connections are refused at once. */
  down = false;
  readonly faults: LinkFaults = { lostRequests: 0, lostReplies: 0, late: 0, duplicated: 0 };
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #tally: Tally;

  constructor(service: string, time: VirtualTime, random: SeededRandom, tally: Tally) {
    this.service = service;
    this.#time = time;
    this.#random = random;
    this.#tally = tally;
  }

  /** Makes `serve` happen at the service, and gives what it gives: a value or an error. `NoReplyError` tells nothing of whether it happened. */
  call<T>(from: SimProcess, what: string, serve: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // A process that is stopped sends when it goes on.
      from.deliver(() => this.#send(from, what, serve, resolve, reject));
    });
  }

  #send<T>(
    from: SimProcess,
    what: string,
    serve: () => T | Promise<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ): void {
    if (this.down) {
      this.#tally.fired(`${this.service} down`);
      this.#time.schedule(1, () =>
        from.deliver(() => reject(new NoReplyError(`${this.service}: connection refused for ${what}`))),
      );
      return;
    }
    const cancel = this.#time.schedule(timeoutMs, () =>
      from.deliver(() => reject(new NoReplyError(`${this.service}: no reply to ${what}`))),
    );
    const reply = (act: () => void): void => {
      if (this.#random.chance(this.faults.lostReplies)) {
        this.#tally.fired(`${this.service} reply lost`);
        return;
      }
      this.#time.schedule(this.#delay(), () => {
        cancel();
        from.deliver(act);
      });
    };
    if (this.#random.chance(this.faults.lostRequests)) {
      this.#tally.fired(`${this.service} request lost`);
      return;
    }
    this.#time.schedule(this.#delay(), () => this.#serve(serve, resolve, reject, reply));
    if (this.#random.chance(this.faults.duplicated)) {
      this.#tally.fired(`${this.service} request duplicated`);
      this.#time.schedule(this.#random.int(1, 4000), () => this.#serveAgain(serve));
    }
  }

  #serve<T>(
    serve: () => T | Promise<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
    reply: (act: () => void) => void,
  ): void {
    if (this.down) return;
    let result: T | Promise<T>;
    try {
      result = serve();
    } catch (error) {
      reply(() => reject(error as Error));
      return;
    }
    if (result instanceof Promise) {
      result.then(
        (value) => reply(() => resolve(value)),
        (error: unknown) => reply(() => reject(error as Error)),
      );
    } else {
      const value = result;
      reply(() => resolve(value));
    }
  }

  #serveAgain<T>(serve: () => T | Promise<T>): void {
    if (this.down) return;
    try {
      const result = serve();
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // Nobody waits for the answer to a copy.
    }
  }

  #delay(): number {
    if (this.#random.chance(this.faults.late)) {
      this.#tally.fired(`${this.service} late`);
      return this.#random.int(100, 8000);
    }
    return this.#random.int(1, 4);
  }
}
