import type { EventStore } from "../data/event-store.ts";
import type { AlertStore } from "./alert-store.ts";
import type { EventTimes } from "./event-times.ts";

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

export interface Bins extends BinRequest {
  /** Events per bin, by stream. */
  readonly streams: readonly Uint32Array[];
  /** Single alerts, where there are few of them. */
  readonly marks: readonly AlertMark[] | null;
  /** Alerts per bin, by rule. */
  readonly alerts: readonly Uint32Array[];
  /** The highest severity per bin plus 1, by rule; 0 where there is none. */
  readonly severest: readonly Uint8Array[];
  /** So many events of the view; where they are few, their places. */
  readonly visible: number;
}

const maxMarks = 1000;
const maxLanes = 64;

/** Counts events and alerts of a stretch of time into bins, exactly. */
export function binsOf(
  store: EventStore,
  times: EventTimes,
  alerts: AlertStore,
  rules: number,
  request: BinRequest,
): Bins {
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
  const lanes = Math.min(rules, maxLanes);
  const counts = Array.from({ length: lanes }, () => new Uint32Array(width));
  const severest = Array.from({ length: lanes }, () => new Uint8Array(width));
  const marks: AlertMark[] = [];
  let shown = 0;
  for (let i = 0; i < alerts.kept; i++) {
    const at = alerts.at(i);
    const since = alerts.since(i);
    // An episode is in sight as long as a part of it is.
    const isInSight = at >= from && (at < to || since < to);
    if (!isInSight) continue;
    const rule = alerts.rule(i);
    if (rule >= lanes) continue;
    const severity = alerts.severity(i);
    const isResolved = alerts.isResolved(i);
    if (shown++ < maxMarks) marks.push({ index: i, at, rule, severity, isResolved, since });
    const bin = Math.floor((at - from) * scale);
    if (isResolved) continue;
    counts[rule]![bin]!++;
    if (severest[rule]![bin]! <= severity) severest[rule]![bin] = severity + 1;
  }
  return { from, to, width, streams, marks: shown > maxMarks ? null : marks, alerts: counts, severest, visible };
}
