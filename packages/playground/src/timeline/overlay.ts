import type { PartialMatches } from "@weir/core";
import type { AlertMark, Bins } from "../engine/bins.ts";
import { type LaneLayout, overviewHeight, ruleLane } from "./layout.ts";
import { paintContributing } from "./paint-contributing.ts";
import { paintMark } from "./paint-mark.ts";
import { paintPartialMatches } from "./paint-partials.ts";
import type { CanvasTheme } from "./theme.ts";

interface Overlaid {
  readonly width: number;
  readonly lanes: LaneLayout;
  readonly bins: Bins;
  readonly overview: Bins;
}

/** A change on the lane of its rule; times of before and now, where there are such alerts. */
export interface LaneChange {
  readonly rule: number;
  readonly before: number | null;
  readonly now: number | null;
}

export interface OverlayMarks {
  /** Event time, epoch milliseconds. */
  readonly playhead: number | null;
  /** Pixels from the left, and what is there. */
  readonly hover: { readonly x: number; readonly text: string } | null;
  readonly chosen: AlertMark | null;
  /** The events that made it fire, in their order. */
  readonly contributing: readonly { readonly stream: number; readonly time: number }[];
  /** What changed from one version of the rules to the other. */
  readonly changes: readonly LaneChange[];
  /** The partial matches of sequences, as of a time. */
  readonly partials: readonly { readonly rule: number; readonly open: PartialMatches }[];
  readonly partialsAt: number;
}

/** Paints what moves: playhead, pointer, selection. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  { width, lanes, bins, overview }: Overlaid,
  { playhead, hover, chosen, contributing, changes, partials, partialsAt }: OverlayMarks,
  theme: CanvasTheme,
): void {
  context.clearRect(0, 0, width, lanes.height);
  context.font = theme.font;
  const x = (time: number): number => ((time - bins.from) / (bins.to - bins.from)) * width;
  for (const { rule, open } of partials) {
    const top = lanes.rules[rule];
    if (top !== undefined) paintPartialMatches(context, open, { top, width, x, now: partialsAt }, theme);
  }
  if (hover !== null) {
    context.fillStyle = theme.muted;
    context.fillRect(Math.round(hover.x), overviewHeight + 2, 1, lanes.height);
    label(context, hover.text, hover.x, width, theme.muted, theme.panel);
  }
  if (playhead !== null) {
    context.fillStyle = theme.accent;
    const at = x(playhead);
    const small = ((playhead - overview.from) / (overview.to - overview.from)) * width;
    context.fillRect(Math.round(small) - 0.5, 0, 1, overviewHeight);
    context.fillRect(Math.round(at) - 1, overviewHeight + 2, 2, lanes.height);
    context.beginPath();
    context.moveTo(at - 5, overviewHeight + 2);
    context.lineTo(at + 5, overviewHeight + 2);
    context.lineTo(at, overviewHeight + 9);
    context.fill();
  }
  paintChanges(context, { width, lanes, bins, overview }, changes, theme);
  const marks = contributing.flatMap(({ stream, time }, i) => {
    const top = lanes.streams[stream];
    return top === undefined ? [] : [{ top, x: x(time), number: i + 1 }];
  });
  paintContributing(context, marks, theme);
  const top = chosen === null ? undefined : lanes.rules[chosen.rule];
  if (chosen === null || top === undefined) return;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(chosen.at), top + ruleLane / 2, 10, 0, 2 * Math.PI);
  context.stroke();
  paintMark(context, x(chosen.at), top + ruleLane / 2, chosen.severity, chosen.isResolved, theme);
}

const maxChanges = 400;
const crossSize = 4;

/** Gone alerts as crosses, new ones underlined, moved ones with a line from where they were. */
function paintChanges(
  context: CanvasRenderingContext2D,
  { width, lanes, bins }: Overlaid,
  changes: readonly LaneChange[],
  theme: CanvasTheme,
): void {
  const xOf = (time: number): number => ((time - bins.from) / (bins.to - bins.from)) * width;
  const isSeen = (time: number | null): boolean => time !== null && time >= bins.from && time < bins.to;
  const seen = changes.filter(({ before, now }) => isSeen(before) || isSeen(now)).slice(0, maxChanges);
  context.lineWidth = 2;
  for (const { rule, before, now } of seen) {
    const top = lanes.rules[rule];
    if (top === undefined) continue;
    const middle = top + ruleLane / 2;
    const bottom = top + ruleLane - 3;
    context.strokeStyle = before === null ? theme.accent : theme.text;
    context.beginPath();
    if (now === null && before !== null) {
      const x = xOf(before);
      context.moveTo(x - crossSize, middle - crossSize);
      context.lineTo(x + crossSize, middle + crossSize);
      context.moveTo(x + crossSize, middle - crossSize);
      context.lineTo(x - crossSize, middle + crossSize);
    } else if (now !== null) {
      context.moveTo(before === null ? xOf(now) - 6 : xOf(before), bottom);
      context.lineTo(before === null ? xOf(now) + 6 : xOf(now), bottom);
    }
    context.stroke();
  }
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  width: number,
  colour: string,
  background: string,
): void {
  const size = context.measureText(text).width + 8;
  const left = Math.max(0, Math.min(width - size, x + 2));
  context.fillStyle = colour;
  context.fillRect(left, overviewHeight + 3, size, 16);
  context.fillStyle = background;
  context.textBaseline = "middle";
  context.fillText(text, left + 4, overviewHeight + 11.5);
}
