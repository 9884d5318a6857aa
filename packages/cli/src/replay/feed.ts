import type { Plan, StreamPlan } from "@weir/core";
import type { BadRecord } from "@weir/connectors/files";
import type { EventFile, FileEvent } from "./event-file.ts";
import { roughTime } from "./event-time.ts";

/** What becomes of what is read. */
export interface FeedTarget {
  event(file: EventFile, event: FileEvent): void;
  badRecord(file: EventFile, bad: BadRecord): void;
  /** The file is read, or cannot be read on: `error` then says why. */
  end(file: EventFile, error: unknown): void;
  /** After some events: a moment to write, and to stop (`false`). */
  pause(): Promise<boolean>;
}

/**
 * Reads event files in step: always from the one whose events are the furthest behind, so that what the engine has to hold
 * back stays small.
 */
export async function feed(files: readonly EventFile[], plan: Plan, target: FeedTarget): Promise<void> {
  const streams = new Map(plan.streams.map((stream) => [stream.name, stream]));
  const open = files.map((file) => ({ file, time: -Infinity }));
  let current = open[0];
  try {
    while (open.length > 0) {
      // Among equals the one that was read last: where its batches end must not matter.
      const first = current !== undefined && open.includes(current) ? current : open[0]!;
      const behind = open.reduce((a, b) => (b.time < a.time ? b : a), first);
      current = behind;
      const limit = open.reduce((least, other) => (other === behind ? least : Math.min(least, other.time)), Infinity);
      pushUntil(behind, limit, streams, target);
      // It stopped for want of events, or because another file is behind now.
      if (behind.time > limit) continue;
      if (!(await target.pause())) return;
      if (!(await loadNext(behind.file, target))) open.splice(open.indexOf(behind), 1);
    }
  } finally {
    for (const { file } of open) await file.close();
  }
}

/** Pushes the events of a batch until its time passes `limit`. */
function pushUntil(
  reading: { readonly file: EventFile; time: number },
  limit: number,
  streams: ReadonlyMap<string, StreamPlan>,
  target: FeedTarget,
): void {
  const { file } = reading;
  while (reading.time <= limit) {
    for (let bad = file.takeBad(); bad !== null; bad = file.takeBad()) target.badRecord(file, bad);
    const event = file.take();
    if (event === null) return;
    target.event(file, event);
    // A single file needs no order.
    if (limit === Infinity) continue;
    const time = roughTime(event.event, streams.get(event.stream));
    if (time !== null && time > reading.time) reading.time = time;
  }
}

async function loadNext(file: EventFile, target: FeedTarget): Promise<boolean> {
  try {
    if (await file.load()) return true;
    target.end(file, null);
    return false;
  } catch (error) {
    target.end(file, error);
    return false;
  }
}
