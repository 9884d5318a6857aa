import type { PartialMatches } from "@weir/core";
import type { AlertMark, Bins } from "../engine/bins.ts";
import { type LaneLayout, overviewHeight, ruleLane } from "./layout.ts";
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

export interface LaneMiss {
  readonly rule: number;
  readonly at: number;
  readonly since: number | null;
}

export interface OverlayMarks {
  /** Event time, epoch milliseconds. */
  readonly playhead: number | null;
  /** Pixels from the left, and what is there. */
  readonly hover: { readonly x: number; readonly text: string } | null;
  readonly chosen: AlertMark | null;
  /** What changed from one version of the rules to the other. */
  readonly changes: readonly LaneChange[];
  /** When rules came close to firing; of sequences also since when. */
  readonly nearMisses: readonly LaneMiss[];
  /** The partial matches of sequences, as of a time. */
  readonly partials: readonly { readonly rule: number; readonly open: PartialMatches }[];
  readonly partialsAt: number;
}

/** Paints what moves: playhead, pointer, selection. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  { width, lanes, bins, overview }: Overlaid,
  { playhead, hover, chosen, nearMisses, changes, partials, partialsAt }: OverlayMarks,
  theme: CanvasTheme,
): void {
  context.clearRect(0, 0, width, lanes.height);
  context.font = theme.font;
  const x = (time: number): number => ((time - bins.from) / (bins.to - bins.from)) * width;
  for (const { rule, open } of partials) {
    const top = lanes.rules[rule];
    if (top !== undefined) paintPartialMatches(context, open, { top, width, x, now: partialsAt }, theme);
  }
  paintMisses(context, nearMisses, { width, lanes, x }, theme);
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
  const top = chosen === null ? undefined : lanes.rules[chosen.rule];
  if (chosen === null || top === undefined) return;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(chosen.at), top + ruleLane / 2, 10, 0, 2 * Math.PI);
  context.stroke();
  paintMark(context, x(chosen.at), top + ruleLane / 2, chosen.severity, chosen.isResolved, theme);
}

/** Where a rule came close: a circle, of a sequence at the end of the run that came so far. */
function paintMisses(
  context: CanvasRenderingContext2D,
  misses: readonly LaneMiss[],
  { width, lanes, x }: Pick<Overlaid, "width" | "lanes"> & { readonly x: (time: number) => number },
  theme: CanvasTheme,
): void {
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.5;
  for (const { rule, at, since } of misses) {
    const top = lanes.rules[rule];
    if (top === undefined || x(at) < -4 || x(since ?? at) > width + 4) continue;
    const middle = top + ruleLane / 2;
    context.beginPath();
    if (since !== null && x(since) < x(at) - 4) {
      context.moveTo(x(since), middle);
      context.lineTo(x(at) - 4, middle);
    }
    context.moveTo(x(at) + 4, middle);
    context.arc(x(at), middle, 4, 0, 2 * Math.PI);
    context.stroke();
  }
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
