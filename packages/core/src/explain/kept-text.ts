import type { AggregatePlan, Plan } from "../plan.ts";
import { RecentArguments } from "../window/recent-arguments.ts";
import { RecentTimes } from "../window/recent-times.ts";
import { RecentValues } from "../window/recent-values.ts";
import { counted } from "./counted.ts";

/** A window of which only its newest events are kept. */
export interface KeptWindow {
  readonly length: number | { readonly param: string };
  readonly events: number;
  /** By the text of a COUNT(DISTINCT): up to which count it is told apart. */
  readonly distinct: ReadonlyMap<string, number>;
  readonly aggregates: ReadonlyMap<string, AggregatePlan>;
}

const ringBytes = 24;
const cellBytes = 8;

/** Whether the window is a part of the newest times of its group. */
export function isInRing({ length, events }: KeptWindow, plan: Plan): boolean {
  return RecentTimes.fits(events, lengthMs(length, plan));
}

/** The bytes of a ring of times. */
export function ringOfTimes(windows: readonly KeptWindow[]): { readonly events: number; readonly bytes: number } {
  const events = Math.max(...windows.map((window) => window.events));
  return { events, bytes: RecentTimes.bytes(events) };
}

/** What the conditions can tell apart is all that is kept; `shared`: beside a ring of times that other windows use too. */
export function keptText(window: KeptWindow, plan: Plan, shared: boolean): string {
  const { events, distinct } = window;
  const values = [...distinct].map(([text, most]) => `${counted(most, "value")} of ${text}`);
  const kept = `at most ${[counted(events, "event"), ...values].join(" and ")}, which is what the rules can tell apart`;
  const args = new Set<string>();
  for (const { arg, distinct: differs } of window.aggregates.values()) {
    if (arg !== null && !differs) args.add(JSON.stringify(arg));
  }
  const inRing = isInRing(window, plan);
  let bytes = 0;
  for (const most of distinct.values()) bytes += RecentValues.bytes(most, !inRing);
  if (!inRing) {
    const cells = 2 ** Math.ceil(Math.log2(Math.max(2, events)));
    return `${kept}: up to ${bytes + ringBytes + cells * cellBytes * (1 + args.size)} bytes, less while there are fewer`;
  }
  bytes += args.size * RecentArguments.bytes(events);
  if (!shared) return `${kept}: ${bytes + RecentTimes.bytes(events)} bytes`;
  return `${kept}: ${bytes === 0 ? "nothing" : `${bytes} bytes`} beside the ring of times`;
}

/** A length in milliseconds, with the PARAMs as they are declared. */
export function lengthMs(length: KeptWindow["length"], plan: Plan): number {
  if (typeof length === "number") return length;
  const value = plan.params.find(({ name }) => name === length.param)?.value;
  return typeof value === "object" && value !== null && "duration" in value ? value.duration : Infinity;
}
