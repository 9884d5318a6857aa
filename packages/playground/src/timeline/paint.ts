import type { Bins } from "../engine/bins.ts";
import { severityPaths } from "../ui/severity.tsx";
import { axisHeight, axisTicks, type LaneLayout, overviewHeight, ruleLane, streamLane, tickText } from "./layout.ts";
import type { CanvasTheme } from "./theme.ts";

export interface Scene {
  readonly width: number;
  readonly lanes: LaneLayout;
  readonly bins: Bins;
  readonly overview: Bins;
  /** The part of the overview that the lanes show. */
  readonly view: { readonly from: number; readonly to: number };
  /** How long the window of each rule is, where it has one. */
  readonly windows: readonly (number | null)[];
}

/** Paints everything but what follows the pointer and the playhead. */
export function paintScene(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme): void {
  const { width, lanes, view } = scene;
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
  const scale = width / (view.to - view.from);
  if (scene.bins.marks === null) paintAlertBins(context, scene, theme);
  else paintMarks(context, scene, theme, scale);
}

function paintOverview(context: CanvasRenderingContext2D, { width, overview, view }: Scene, theme: CanvasTheme): void {
  const total = new Uint32Array(overview.width);
  for (const lane of overview.streams) for (let i = 0; i < lane.length; i++) total[i]! += lane[i]!;
  const whole = { width, bins: overview };
  paintDensity(context, total, 4, overviewHeight - 12, whole, theme.bar);
  const step = width / overview.width;
  for (let bin = 0; bin < overview.width; bin++) {
    let severest = 0;
    for (const lane of overview.severest) severest = Math.max(severest, lane[bin]!);
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

function paintAlertBins(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme): void {
  const step = scene.width / scene.bins.width;
  for (const [rule, top] of scene.lanes.rules.entries()) {
    const counts = scene.bins.alerts[rule];
    const severest = scene.bins.severest[rule];
    if (counts === undefined || severest === undefined) continue;
    let most = 1;
    for (const count of counts) most = Math.max(most, count);
    for (let bin = 0; bin < counts.length; bin++) {
      if (counts[bin] === 0) continue;
      const tall = Math.max(3, (Math.log1p(counts[bin]!) / Math.log1p(most)) * (ruleLane - 6));
      context.fillStyle = theme.severity[severest[bin]! - 1]!;
      context.fillRect(bin * step, top + ruleLane - 3 - tall, Math.max(1, step), tall);
    }
  }
}

const markSize = 12;
const maxWindows = 400;

function paintMarks(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme, scale: number): void {
  const marks = scene.bins.marks ?? [];
  const { view, windows, lanes } = scene;
  if (marks.length <= maxWindows) {
    for (const { at, rule, severity, isResolved } of marks) {
      const length = windows[rule] ?? 0;
      if (isResolved || length === 0) continue;
      const right = (at - view.from) * scale;
      context.globalAlpha = 0.16;
      context.fillStyle = theme.severity[severity]!;
      context.fillRect(right - length * scale, lanes.rules[rule]! + 4, Math.max(1, length * scale), ruleLane - 8);
      context.globalAlpha = 1;
    }
  }
  for (const { at, since, rule, severity } of marks) {
    if (!(since < at)) continue;
    context.fillStyle = theme.severity[severity]!;
    context.globalAlpha = 0.55;
    context.fillRect((since - view.from) * scale, lanes.rules[rule]! + ruleLane / 2 - 2, (at - since) * scale, 4);
    context.globalAlpha = 1;
  }
  // One path a kind of mark: thousands of single ones would take as many calls.
  const paths = new Map<string, { readonly path: Path2D; readonly severity: number; readonly isResolved: boolean }>();
  for (const { at, rule, severity, isResolved } of marks) {
    const top = lanes.rules[rule];
    if (top === undefined) continue;
    const id = `${severity} ${isResolved}`;
    const kind = paths.get(id) ?? { path: new Path2D(), severity, isResolved };
    paths.set(id, kind);
    addMark(kind.path, (at - view.from) * scale, top + ruleLane / 2, severity);
  }
  for (const { path, severity, isResolved } of paths.values()) paintPath(context, path, severity, isResolved, theme);
}

const shapes = new Map<number, Path2D>();

/** One alert: the shape of its severity, hollow where it is resolved. */
export function paintMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  severity: number,
  isResolved: boolean,
  theme: CanvasTheme,
): void {
  const path = new Path2D();
  addMark(path, x, y, severity);
  paintPath(context, path, severity, isResolved, theme);
}

function addMark(path: Path2D, x: number, y: number, severity: number): void {
  const shape = shapes.get(severity) ?? new Path2D(severityPaths[severity]);
  shapes.set(severity, shape);
  path.addPath(shape, { e: x - markSize / 2, f: y - markSize / 2 });
}

function paintPath(
  context: CanvasRenderingContext2D,
  path: Path2D,
  severity: number,
  isResolved: boolean,
  theme: CanvasTheme,
): void {
  context.lineWidth = 1.4;
  context.strokeStyle = isResolved ? theme.severity[severity]! : theme.panel;
  context.fillStyle = isResolved ? theme.panel : theme.severity[severity]!;
  // A rim in the colour of the ground sets a mark off from what is behind it, not from those beside it.
  if (!isResolved) context.stroke(path);
  context.fill(path);
  if (isResolved) context.stroke(path);
}
