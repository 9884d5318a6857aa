import type { LanguageService } from "@weir/dsl";
import type { LanguageAnswer, LanguageQuestion } from "./language.worker.ts";

interface Pending {
  readonly done: (output: unknown) => void;
  readonly failed: (error: Error) => void;
}

/** The language service in a worker: it answers while rules run. */
export class LanguageClient {
  readonly #worker = new Worker(new URL("./language.worker.ts", import.meta.url), { type: "module" });
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<LanguageAnswer>) => {
      const pending = this.#pending.get(data.id);
      this.#pending.delete(data.id);
      if ("problem" in data) pending?.failed(new Error(data.problem));
      else pending?.done(data.output);
    });
  }

  ask<Method extends keyof LanguageService>(
    method: Method,
    ...args: Parameters<LanguageService[Method]>
  ): Promise<ReturnType<LanguageService[Method]>> {
    const question: LanguageQuestion = { id: this.#nextId++, method, args };
    return new Promise((done, failed) => {
      this.#pending.set(question.id, { done: done as (output: unknown) => void, failed });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      this.#worker.postMessage(question);
    });
  }
}
