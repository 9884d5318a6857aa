import type { EventStore } from "../data/event-store.ts";
import type { AlertStore } from "./alert-store.ts";
import type { EventTimes } from "./event-times.ts";
import { Levels } from "./levels.ts";
import type { OpenRuns } from "./open-runs.ts";

export interface BinRequest {
  /** Event time, epoch milliseconds; `to` is not in it. */
  readonly from: number;
  readonly to: number;
  /** How many bins. */
  readonly width: number;
}

/** One alert on a lane. */
export interface AlertMark {
  readonly index: number;
  readonly at: number;
  readonly rule: number;
  readonly severity: number;
  readonly isResolved: boolean;
  /** When the episode began that this resolves; NaN of others. */
  readonly since: number;
}

/** What there is of a rule, bin by bin. */
export interface RuleBins {
  readonly alerts: Uint32Array;
  /** The highest severity per bin plus 1; 0 where there is none. */
  readonly severest: Uint8Array;
  /** Windows of alerts that lie over the bin, and how many are in sight. */
  readonly windows: Uint32Array;
  readonly windowCount: number;
  /** Episodes that were open, of rules that say when one is over. */
  readonly episodes: Uint32Array;
  /** The most partial matches that there were; `null` of rules that are no sequences. */
  readonly partial: Uint32Array | null;
}

export interface Bins extends BinRequest {
  /** Events per bin, by stream. */
  readonly streams: readonly Uint32Array[];
  /** Single alerts, where there are few of them. */
  readonly marks: readonly AlertMark[] | null;
  /** Those of `marks` whose episodes never ended. */
  readonly open: ReadonlySet<number>;
  readonly rules: readonly RuleBins[];
  /** So many events of the view; where they are few, their places. */
  readonly visible: number;
}

/** What of a run the lanes show. */
export interface Shown {
  readonly alerts: AlertStore;
  readonly openRuns: OpenRuns;
  /** How long the window of each rule is, where it has one. */
  readonly windowsMs: readonly (number | null)[];
}

const maxMarks = 1000;
const maxLanes = 64;

/** Counts what lies in a stretch of time into bins, exactly. */
export function binsOf(store: EventStore, times: EventTimes, shown: Shown, request: BinRequest): Bins {
  const { from, to, width } = request;
  const scale = width / (to - from);
  const streams = store.streams.slice(0, maxLanes).map(() => new Uint32Array(width));
  let visible = 0;
  for (let i = 0; i < times.known; i++) {
    const time = times.times[i]!;
    if (!(time >= from && time < to)) continue;
    visible++;
    const lane = streams[store.streamId(i)];
    if (lane !== undefined) lane[Math.floor((time - from) * scale)]!++;
  }
  return { ...request, streams, visible, ...alertBins(shown, request) };
}

function alertBins(
  { alerts, openRuns, windowsMs }: Shown,
  { from, to, width }: BinRequest,
): Omit<Bins, keyof BinRequest | "streams" | "visible"> {
  const scale = width / (to - from);
  const rules = windowsMs.slice(0, maxLanes).map((windowMs) => ({
    windowMs: windowMs ?? 0,
    alerts: new Uint32Array(width),
    severest: new Uint8Array(width),
    windows: new Levels(from, to, width),
    episodes: new Levels(from, to, width),
  }));
  const marks: AlertMark[] = [];
  let inSight = 0;
  for (let index = 0; index < alerts.kept; index++) {
    const rule = alerts.rule(index);
    const lane = rules[rule];
    const at = alerts.at(index);
    if (lane === undefined || at < from) continue;
    const since = alerts.since(index);
    const isResolved = alerts.isResolved(index);
    const begin = Number.isNaN(since) ? at - (isResolved ? 0 : lane.windowMs) : since;
    // An episode, or a window, is in sight as long as a part of it is.
    if (begin >= to) continue;
    const severity = alerts.severity(index);
    if (inSight++ < maxMarks) marks.push({ index, at, rule, severity, isResolved, since });
    if (since < at) lane.episodes.add(since, at);
    if (isResolved) continue;
    if (lane.windowMs > 0) lane.windows.add(begin, at);
    if (at >= to) continue;
    const bin = Math.floor((at - from) * scale);
    lane.alerts[bin]!++;
    if (lane.severest[bin]! <= severity) lane.severest[bin] = severity + 1;
  }
  const open = new Set<number>();
  for (const index of alerts.openEpisodes()) {
    const at = alerts.at(index);
    const lane = rules[alerts.rule(index)];
    if (lane === undefined || at >= to) continue;
    lane.episodes.add(at, to);
    if (open.size >= maxMarks) continue;
    open.add(index);
    // It began before the part in view, and lies over all of it.
    if (at < from && inSight++ < maxMarks) {
      const severity = alerts.severity(index);
      marks.push({ index, at, rule: alerts.rule(index), severity, isResolved: false, since: Number.NaN });
    }
  }
  return {
    marks: inSight > maxMarks ? null : marks,
    open,
    rules: rules.map((lane, rule) => ({
      alerts: lane.alerts,
      severest: lane.severest,
      windows: lane.windows.counts(),
      windowCount: lane.windows.spans,
      episodes: lane.episodes.counts(),
      partial: openRuns.most(rule, from, to, width),
    })),
  };
}
