import type { PartialMatch, PartialMatches } from "@weir/core";
import { ruleLane } from "./layout.ts";
import type { CanvasTheme } from "./theme.ts";

const maxRows = 3;
const laneMargin = 3;
const textMargin = 4;

interface Bar {
  readonly match: PartialMatch;
  readonly left: number;
  readonly right: number;
  readonly row: number;
}

export interface PartialsPlace {
  readonly top: number;
  readonly width: number;
  /** Where a time of the view lies, in pixels. */
  readonly x: (time: number) => number;
  /** The time of which they are, epoch milliseconds. */
  readonly now: number;
}

/**
 * Partial matches of a rule: each a bar from its first event up to now, and a broken line on to its deadline; where there is room with the steps
 * it has done.
 *
 * Those that overlap lie in up to three rows, the ones that came furthest first; how many there are beyond is written beside them.
 */
export function paintPartialMatches(
  context: CanvasRenderingContext2D,
  { matches, count }: PartialMatches,
  { top, width, x, now }: PartialsPlace,
  theme: CanvasTheme,
): void {
  const all = matches.map((match) => ({
    match,
    left: x(match.startedAt),
    right: match.until === null ? width + 1 : Math.max(x(match.until), x(match.startedAt) + 3),
  }));
  const seen = all.filter(({ left, right }) => right >= 0 && left <= width);
  const bars = inRows(seen);
  const rows = bars.reduce((most, { row }) => Math.max(most, row + 1), 1);
  const tall = Math.floor((ruleLane - 2 * laneMargin - (rows - 1)) / rows);
  context.textBaseline = "middle";
  context.fillStyle = theme.accent;
  context.strokeStyle = theme.accent;
  context.lineWidth = 1;
  for (const { left, right, row } of bars) {
    const y = top + laneMargin + row * (tall + 1);
    const passed = Math.max(left + 2, Math.min(x(now), right));
    const middle = Math.floor(y + tall / 2) + 0.5;
    context.globalAlpha = 0.45;
    context.fillRect(left, y, passed - left, tall);
    context.globalAlpha = 1;
    context.fillRect(left, y, 1.5, tall);
    context.beginPath();
    context.setLineDash([3, 2]);
    context.moveTo(passed, middle);
    context.lineTo(right, middle);
    context.stroke();
    context.setLineDash([]);
    context.fillRect(right - 1, y, 1, tall);
  }
  const [furthest] = bars;
  if (furthest === undefined) return;
  const { done, steps } = furthest.match;
  // The others of those in sight, and those that are not told one by one.
  const others = seen.length - bars.length + (count - matches.length);
  const text = others > 0 ? `${done}/${steps} +${others}` : `${done}/${steps}`;
  const size = context.measureText(text).width;
  const first = bars.reduce((least, { left }) => Math.min(least, left), Infinity);
  context.fillStyle = theme.text;
  context.fillText(
    text,
    first - size - textMargin < 0 ? Math.max(0, first) + textMargin : first - size - textMargin,
    top + ruleLane / 2 + 0.5,
  );
}

/** Those that find room, in the order given. */
function inRows(bars: readonly Omit<Bar, "row">[]): readonly Bar[] {
  const rows: Omit<Bar, "row">[][] = [];
  const placed: Bar[] = [];
  for (const bar of bars) {
    const isFree = (row: readonly Omit<Bar, "row">[]): boolean =>
      row.every((other) => other.right < bar.left || other.left > bar.right);
    let row = rows.findIndex(isFree);
    if (row === -1) row = rows.length;
    if (row >= maxRows) continue;
    (rows[row] ??= []).push(bar);
    placed.push({ ...bar, row });
  }
  return placed;
}
