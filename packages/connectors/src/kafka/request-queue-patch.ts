import { createRequire } from "node:module";

interface RequestQueue {
  readonly pending?: unknown;
  scheduleCheckPendingRequests?: () => void;
}

/**
 * Keeps kafkajs from spinning a timer of 1 ms for every idle connection (and from a warning of Node for its negative delay).
 *
 * Its queue schedules a look at the pending requests after every response, also where none is pending. The patch leaves that
 * out; where the client is built differently than expected nothing is changed.
 */
export function patchRequestQueue(): void {
  const queue = requestQueueClass();
  if (queue === null) return;
  const schedule = queue.scheduleCheckPendingRequests;
  if (schedule === undefined || patched.has(schedule)) return;
  const careful = function (this: RequestQueue): void {
    if (Array.isArray(this.pending) && this.pending.length === 0) return;
    schedule.call(this);
  };
  patched.add(careful);
  queue.scheduleCheckPendingRequests = careful;
}

const patched = new WeakSet<() => void>();

function requestQueueClass(): RequestQueue | null {
  try {
    const module: unknown = createRequire(import.meta.url)("kafkajs/src/network/requestQueue");
    if (typeof module !== "function") return null;
    const prototype: unknown = module.prototype;
    return typeof prototype === "object" ? prototype : null;
  } catch {
    return null;
  }
}
