import type { Host } from "../contracts/host.ts";
import { fullJitter } from "../policy/backoff.ts";
import { sleep } from "../policy/sleep.ts";
import { isDoneWithin } from "../policy/within.ts";
import type { StateMeta } from "./commit-metadata.ts";

export interface AcknowledgerOptions {
  readonly host: Host;
  /** Tells the input what was committed. */
  readonly acknowledge: (meta: StateMeta) => Promise<void>;
  readonly onTold: (meta: StateMeta) => void;
}

const maxDelayMs = 30_000;
/** How long an end waits for the input to be told. */
const lastMs = 1000;

/** Tells an input of the newest commit, in its own time: nothing depends on it but what others see. */
export class Acknowledger {
  readonly #options: AcknowledgerOptions;
  #untold: StateMeta | null = null;
  #telling: Promise<void> | null = null;
  #closed = false;

  constructor(options: AcknowledgerOptions) {
    this.#options = options;
  }

  tell(meta: StateMeta): void {
    this.#untold = meta;
    this.#telling ??= this.#tell();
  }

  /** Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#telling === null) return;
    await isDoneWithin(this.#options.host.clock, lastMs, this.#telling);
  }

  async #tell(): Promise<void> {
    const { acknowledge, host, onTold } = this.#options;
    let failures = 0;
    while (this.#untold !== null) {
      const meta = this.#untold;
      this.#untold = null;
      try {
        await acknowledge(meta);
        failures = 0;
        onTold(meta);
      } catch {
        this.#untold ??= meta;
        if (this.#closed) break;
        await sleep(host.clock, fullJitter(++failures, 1000, maxDelayMs, host.random));
      }
    }
    this.#telling = null;
  }
}
