import type { NearMiss } from "@weir/core";
import type { Bins } from "../engine/bins.ts";
import type { Partials } from "../protocol/calls.ts";
import { count } from "../ui/format.ts";
import { type LaneLayout, overviewHeight, ruleLane, streamLane } from "./layout.ts";

/** What the lanes show besides the bins. */
export interface LaneExtras {
  readonly rules: readonly string[];
  readonly partials: Partials | null;
  readonly nearMisses: ReadonlyMap<string, readonly NearMiss[]>;
}

/** What lies under a place of the lanes, in words; empty where nothing does. */
export function textAt(bins: Bins, lanes: LaneLayout, x: number, y: number, width: number): string {
  if (y < overviewHeight) return "";
  const bin = Math.min(bins.width - 1, Math.max(0, Math.floor((x / width) * bins.width)));
  const stream = lanes.streams.findIndex((top) => y >= top && y < top + streamLane);
  const rule = lanes.rules.findIndex((top) => y >= top && y < top + ruleLane);
  const events = bins.streams[stream]?.[bin] ?? 0;
  const lane = bins.rules[rule];
  const parts = [
    some(events, "event"),
    some(lane?.alerts[bin], "alert"),
    some(lane?.windows[bin], "window"),
    some(lane?.episodes[bin], "open episode"),
    some(lane?.partial?.[bin], "partial match", "partial matches"),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The facts of a rule's lane: what a reader is told who does not see the canvas. */
export interface LaneRow {
  readonly rule: string;
  readonly alerts: number;
  readonly openEpisodes: number;
  /** At the playhead; `null` of a rule that is no sequence. */
  readonly partialMatches: number | null;
  readonly nearMisses: number;
}

export function laneRows(bins: Bins, { rules, partials, nearMisses }: LaneExtras): readonly LaneRow[] {
  return rules.map((rule, i) => {
    const lane = bins.rules[i];
    const misses = nearMisses.get(rule) ?? [];
    return {
      rule,
      alerts: lane === undefined ? 0 : sum(lane.alerts),
      openEpisodes: lane?.episodes.at(-1) ?? 0,
      partialMatches: partials?.rules.find((known) => known.rule === rule)?.count ?? null,
      nearMisses: misses.filter(({ at }) => at >= bins.from && at < bins.to).length,
    };
  });
}

export function sum(counts: Uint32Array): number {
  return counts.reduce((total, value) => total + value, 0);
}

function some(value: number | undefined, one: string, many = `${one}s`): string {
  if (value === undefined || value === 0) return "";
  return `${count(value)} ${value === 1 ? one : many}`;
}
