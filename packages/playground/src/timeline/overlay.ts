import type { AlertMark, Bins } from "../engine/bins.ts";
import { tickText, type LaneLayout, overviewHeight, ruleLane } from "./layout.ts";
import { paintMark } from "./paint.ts";
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
  /** Pixels from the left. */
  readonly hover: number | null;
  readonly chosen: AlertMark | null;
  /** What changed from one version of the rules to the other. */
  readonly changes: readonly LaneChange[];
  /** Times at which a rule came close to firing. */
  readonly nearMisses: { readonly rule: number; readonly times: readonly number[] } | null;
}

/** Paints what moves: playhead, pointer, selection. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  { width, lanes, bins, overview }: Overlaid,
  { playhead, hover, chosen, nearMisses, changes }: OverlayMarks,
  theme: CanvasTheme,
): void {
  context.clearRect(0, 0, width, lanes.height);
  context.font = theme.font;
  if (hover !== null) {
    const time = bins.from + (hover / width) * (bins.to - bins.from);
    context.fillStyle = theme.muted;
    context.fillRect(Math.round(hover), overviewHeight + 2, 1, lanes.height);
    label(context, tickText(time, Math.min(bins.to - bins.from, 600_000)), hover, width, theme.muted, theme.panel);
  }
  if (playhead !== null) {
    context.fillStyle = theme.accent;
    const x = ((playhead - bins.from) / (bins.to - bins.from)) * width;
    const small = ((playhead - overview.from) / (overview.to - overview.from)) * width;
    context.fillRect(Math.round(small) - 0.5, 0, 1, overviewHeight);
    context.fillRect(Math.round(x) - 1, overviewHeight + 2, 2, lanes.height);
    context.beginPath();
    context.moveTo(x - 5, overviewHeight + 2);
    context.lineTo(x + 5, overviewHeight + 2);
    context.lineTo(x, overviewHeight + 9);
    context.fill();
  }
  paintChanges(context, { width, lanes, bins, overview }, changes, theme);
  const missTop = nearMisses === null ? undefined : lanes.rules[nearMisses.rule];
  if (nearMisses !== null && missTop !== undefined) {
    context.strokeStyle = theme.muted;
    context.lineWidth = 1.5;
    for (const time of nearMisses.times) {
      const x = ((time - bins.from) / (bins.to - bins.from)) * width;
      context.beginPath();
      context.arc(x, missTop + ruleLane / 2, 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  const top = chosen === null ? undefined : lanes.rules[chosen.rule];
  if (chosen === null || top === undefined) return;
  const x = ((chosen.at - bins.from) / (bins.to - bins.from)) * width;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, top + ruleLane / 2, 10, 0, 2 * Math.PI);
  context.stroke();
  paintMark(context, x, top + ruleLane / 2, chosen.severity, chosen.isResolved, theme);
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
