import type { Bins } from "../engine/bins.ts";
import { axisHeight, axisTicks, type LaneLayout, overviewHeight, streamLane, tickText } from "./layout.ts";
import { paintRuleLanes } from "./paint-rules.ts";
import type { CanvasTheme } from "./theme.ts";

export interface LaneMiss {
  readonly rule: number;
  readonly at: number;
  readonly since: number | null;
}

export interface Scene {
  readonly width: number;
  readonly lanes: LaneLayout;
  readonly bins: Bins;
  readonly overview: Bins;
  /** The part of the overview that the lanes show. */
  readonly view: { readonly from: number; readonly to: number };
  /** When rules came close to firing; of sequences also since when. */
  readonly nearMisses: readonly LaneMiss[];
  /** How long the window of each rule is, where it has one. */
  readonly windows: readonly (number | null)[];
}

/** Paints everything but what follows the pointer and the playhead. */
export function paintScene(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme): void {
  const { width, lanes } = scene;
  context.clearRect(0, 0, width, lanes.height);
  context.font = theme.font;
  context.textBaseline = "middle";
  paintOverview(context, scene, theme);
  paintAxis(context, scene, theme);
  for (const [i, top] of lanes.streams.entries()) {
    const counts = scene.bins.streams[i];
    if (counts !== undefined) paintDensity(context, counts, top + 3, streamLane - 6, scene, theme.bar);
  }
  for (const top of lanes.rules) {
    context.fillStyle = theme.line;
    context.fillRect(0, top - 0.5, width, 1);
  }
  paintRuleLanes(context, scene, theme);
}

function paintOverview(context: CanvasRenderingContext2D, { width, overview, view }: Scene, theme: CanvasTheme): void {
  const total = new Uint32Array(overview.width);
  for (const lane of overview.streams) for (let i = 0; i < lane.length; i++) total[i]! += lane[i]!;
  const whole = { width, bins: overview };
  paintDensity(context, total, 4, overviewHeight - 12, whole, theme.bar);
  const step = width / overview.width;
  for (let bin = 0; bin < overview.width; bin++) {
    let severest = 0;
    for (const lane of overview.rules) severest = Math.max(severest, lane.severest[bin]!);
    if (severest === 0) continue;
    context.fillStyle = theme.severity[severest - 1]!;
    context.fillRect(bin * step, overviewHeight - 7, Math.max(2, step), 5);
  }
  const scale = width / (overview.to - overview.from);
  const left = (view.from - overview.from) * scale;
  const right = (view.to - overview.from) * scale;
  context.fillStyle = theme.band;
  context.fillRect(0, 0, left, overviewHeight);
  context.fillRect(right, 0, width - right, overviewHeight);
  context.strokeStyle = theme.accent;
  context.strokeRect(
    Math.max(0.5, Math.round(left) + 0.5),
    0.5,
    Math.max(3, Math.min(width - 1, right - left) - 1),
    overviewHeight - 1,
  );
}

function paintAxis(context: CanvasRenderingContext2D, { width, view, lanes }: Scene, theme: CanvasTheme): void {
  const span = view.to - view.from;
  for (const time of axisTicks(view.from, view.to, width, 90)) {
    const x = Math.round(((time - view.from) / span) * width);
    context.fillStyle = theme.line;
    context.fillRect(x, overviewHeight + 2, 1, lanes.height - overviewHeight);
    context.fillStyle = theme.muted;
    const text = tickText(time, span);
    const fits = x + 4 + context.measureText(text).width < width;
    if (fits) context.fillText(text, x + 4, overviewHeight + axisHeight / 2 + 2);
  }
}

function paintDensity(
  context: CanvasRenderingContext2D,
  counts: Uint32Array,
  top: number,
  height: number,
  { width, bins }: { readonly width: number; readonly bins: Bins },
  colour: string,
): void {
  let most = 1;
  for (const count of counts) most = Math.max(most, count);
  const step = width / bins.width;
  context.fillStyle = colour;
  context.beginPath();
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!;
    if (count === 0) continue;
    const tall = Math.max(2, (Math.log1p(count) / Math.log1p(most)) * height);
    context.rect(bin * step, top + height - tall, Math.max(1, step), tall);
  }
  context.fill();
}
