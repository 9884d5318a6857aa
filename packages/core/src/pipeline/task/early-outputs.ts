import type { LogMessage } from "../contracts/log.ts";
import type { Batch } from "./batch.ts";

/**
 * Sends outputs as they are made, so that none waits for the commit that makes what it came from permanent; the commit waits for them.
 *
 * One send at a time keeps their order. Where one fails, everything waits for the commit of its batch to send the rest.
 */
export class EarlyOutputs {
  readonly #send: (messages: readonly LogMessage[]) => Promise<void>;
  #sending: Promise<void> = Promise.resolve();
  #offered: Batch | null = null;
  #failed = false;

  constructor(send: (messages: readonly LogMessage[]) => Promise<void>) {
    this.#send = send;
  }

  /** Sends what a batch has, soon; errors are left to `finish`. */
  offer(batch: Batch): void {
    if (this.#failed || this.#offered === batch || batch.sent === batch.messages.length) return;
    this.#offered = batch;
    this.#sending = this.#sendAfter(this.#sending, batch);
  }

  /** Resolves when all that a batch has was sent. Throws what a send does. */
  async finish({ batch }: { readonly batch: Batch }): Promise<void> {
    await this.#sending;
    await this.#sendRest(batch);
    this.#failed = false;
  }

  /** Never throws. */
  async #sendAfter(before: Promise<void>, batch: Batch): Promise<void> {
    await before;
    if (this.#offered === batch) this.#offered = null;
    if (this.#failed) return;
    try {
      await this.#sendRest(batch);
    } catch {
      this.#failed = true;
    }
  }

  async #sendRest(batch: Batch): Promise<void> {
    const { sent, messages } = batch;
    const end = messages.length;
    if (sent === end) return;
    await this.#send(messages.slice(sent, end));
    batch.sent = end;
  }
}
