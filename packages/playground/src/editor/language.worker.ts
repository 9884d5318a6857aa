import { createLanguageService, type LanguageService } from "@weir/dsl";

/** A question to the language service: one of its methods, with what it takes. */
export interface LanguageQuestion {
  readonly id: number;
  readonly method: keyof LanguageService;
  readonly args: readonly unknown[];
}

export type LanguageAnswer =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly problem: string };

interface WorkerScope {
  postMessage(message: LanguageAnswer): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<LanguageQuestion>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const service = createLanguageService();

scope.addEventListener("message", ({ data: { id, method, args } }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker speaks to its page alone
  scope.postMessage(answer(id, method, args));
});

function answer(id: number, method: keyof LanguageService, args: readonly unknown[]): LanguageAnswer {
  try {
    const ask = service[method] as (...given: readonly unknown[]) => unknown;
    return { id, output: ask.call(service, ...args) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}
