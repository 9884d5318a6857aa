import type { Alert } from "../alert.ts";

/** Alerts for one `for await` loop: waits for what comes, ends on `close`, fails where too many are unread. */
export class AlertQueue<Data> implements AsyncIterableIterator<Alert<Data>> {
  readonly #limit: number;
  readonly #onReturn: (queue: AlertQueue<Data>) => void;
  #items: Alert<Data>[] = [];
  #taken = 0;
  #closed = false;
  #overflow = false;
  readonly #readers: { resolve: (result: IteratorResult<Alert<Data>>) => void; reject: (error: Error) => void }[] = [];

  constructor(limit: number, onReturn: (queue: AlertQueue<Data>) => void) {
    this.#limit = limit;
    this.#onReturn = onReturn;
  }

  push(alert: Alert<Data>): void {
    if (this.#closed || this.#overflow) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value: alert });
    else if (this.#items.length - this.#taken >= this.#limit) this.#overflow = true;
    else this.#items.push(alert);
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<Alert<Data>>> {
    if (this.#taken < this.#items.length) {
      const value = this.#items[this.#taken++]!;
      if (this.#taken > 1024 && this.#taken * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#taken);
        this.#taken = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#overflow) {
      this.#onReturn(this);
      return Promise.reject(
        new Error(`more than ${this.#limit} alerts waited to be read; read faster, or raise the limit of alerts()`),
      );
    }
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Alert<Data>>> {
    this.close();
    this.#items = [];
    this.#taken = 0;
    this.#onReturn(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
