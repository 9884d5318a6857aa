import { type EventData, type Plan, readEventTime, type StreamPlan } from "@weir/core";

/** The event times of a recording as the rules read it, NaN where there is none. Kept from run to run while the rules read it alike. */
export class EventTimes {
  #readBy = "";
  #streams = new Map<string, StreamPlan>();
  times = new Float64Array(0);
  /** So many are known. */
  known = 0;

  /** Prepares for the rules of `plan`; `length` is the number of events. */
  prepare(plan: Plan, length: number): void {
    const readBy = JSON.stringify(plan.streams.map(({ name, time }) => [name, time]));
    if (readBy === this.#readBy && length === this.times.length) return;
    this.#readBy = readBy;
    this.#streams = new Map(plan.streams.map((stream) => [stream.name, stream]));
    this.times = new Float64Array(length).fill(Number.NaN);
    this.known = 0;
  }

  /** Reads the time of the next event that is not known yet. */
  note(index: number, stream: string, event: EventData): void {
    if (index !== this.known) return;
    const found = readEventTime(event, this.#streams.get(stream), undefined);
    this.times[index] = "time" in found ? found.time : Number.NaN;
    this.known++;
  }

  range(): { readonly from: number; readonly to: number } | null {
    let from = Infinity;
    let to = -Infinity;
    for (let i = 0; i < this.known; i++) {
      const time = this.times[i]!;
      if (time < from) from = time;
      if (time > to) to = time;
    }
    return from <= to ? { from, to } : null;
  }
}
