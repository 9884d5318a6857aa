import { LogError, type LogErrorKind } from "@weir/core";
import { toLogError } from "./log-errors.ts";

/** Runs a call of the client so that it ends within `timeoutMs` and throws `LogError` alone. */
export async function bounded<T>(
  what: string,
  otherwise: LogErrorKind,
  timeoutMs: number,
  call: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new LogError(`${what}: no answer in ${timeoutMs} ms`, { kind: otherwise, code: "timeout" }));
    }, timeoutMs);
  });
  const result = call();
  // What comes after the time is up interests nobody.
  result.catch(() => {});
  try {
    return await Promise.race([result, late]);
  } catch (error) {
    throw toLogError(what, error, { otherwise });
  } finally {
    clearTimeout(timer);
  }
}
