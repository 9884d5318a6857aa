import type { AlertMark, Bins, RuleBins } from "../engine/bins.ts";
import { ruleLane } from "./layout.ts";
import type { Scene } from "./paint.ts";
import { addMark, paintPath } from "./paint-mark.ts";
import type { CanvasTheme } from "./theme.ts";

/** Where more windows are in sight than this, how many lie over each other is drawn instead. */
const maxWindows = 400;
const partialHeight = 9;
const lineHeight = 4;

/**
 * The lanes of the rules, from the ground up: how many partial matches there were, windows, episodes, alerts. Where there are too many to be
 * told apart, their numbers are drawn: nothing is left out.
 */
export function paintRuleLanes(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme): void {
  const { bins, lanes } = scene;
  const { marks } = bins;
  const isCrowded = marks === null || bins.rules.reduce((sum, { windowCount }) => sum + windowCount, 0) > maxWindows;
  for (const [rule, top] of lanes.rules.entries()) {
    const lane = bins.rules[rule];
    if (lane === undefined) continue;
    if (lane.partial !== null) paintPartials(context, lane.partial, top, scene, theme);
    const colour = theme.severity[Math.max(0, severestOf(lane) - 1)]!;
    if (isCrowded) paintLevels(context, lane.windows, { top: top + 4, height: ruleLane - 8, most: 0.4 }, scene, colour);
    if (marks === null) {
      paintLevels(context, lane.episodes, { ...linePlace(top), most: 0.7 }, scene, colour);
      paintAlertBins(context, lane, top, scene, theme);
    }
  }
  paintMisses(context, scene, theme);
  if (marks === null) return;
  if (!isCrowded) paintWindows(context, marks, scene, theme);
  paintEpisodes(context, marks, scene, theme);
  paintMarks(context, marks, scene, theme);
}

function severestOf({ severest }: RuleBins): number {
  return severest.reduce((most, severity) => Math.max(most, severity), 0);
}

function linePlace(top: number): { readonly top: number; readonly height: number } {
  return { top: top + (ruleLane - lineHeight) / 2, height: lineHeight };
}

function binWidth({ width, bins }: Scene): number {
  return width / bins.width;
}

function mostOf(counts: Uint32Array): number {
  return counts.reduce((most, count) => Math.max(most, count), 1);
}

/** Partial matches as a hill on the floor of the lane. */
function paintPartials(
  context: CanvasRenderingContext2D,
  counts: Uint32Array,
  top: number,
  scene: Scene,
  theme: CanvasTheme,
): void {
  const step = binWidth(scene);
  const most = Math.log1p(mostOf(counts));
  context.fillStyle = theme.bar;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const tall = Math.max(2, (Math.log1p(counts[bin]!) / most) * partialHeight);
    context.rect(bin * step, top + ruleLane - tall - 0.5, step, tall);
  }
  context.fill();
  context.globalAlpha = 1;
}

interface Band {
  readonly top: number;
  readonly height: number;
  /** How opaque it is where the most lie over each other. */
  readonly most: number;
}

/** How many lie over each other, as a band that is the denser the more there are. */
function paintLevels(
  context: CanvasRenderingContext2D,
  counts: Uint32Array,
  { top, height, most }: Band,
  scene: Scene,
  colour: string,
): void {
  const step = binWidth(scene);
  const fullest = Math.log1p(mostOf(counts));
  context.fillStyle = colour;
  for (let bin = 0; bin < counts.length; ) {
    const count = counts[bin]!;
    let end = bin + 1;
    while (end < counts.length && counts[end] === count) end++;
    if (count > 0) {
      context.globalAlpha = most * (0.3 + 0.7 * (Math.log1p(count) / fullest));
      context.fillRect(bin * step, top, (end - bin) * step, height);
    }
    bin = end;
  }
  context.globalAlpha = 1;
}

function paintAlertBins(
  context: CanvasRenderingContext2D,
  { alerts, severest }: RuleBins,
  top: number,
  scene: Scene,
  theme: CanvasTheme,
): void {
  const step = binWidth(scene);
  const most = Math.log1p(mostOf(alerts));
  for (let bin = 0; bin < alerts.length; bin++) {
    if (alerts[bin] === 0) continue;
    const tall = Math.max(3, (Math.log1p(alerts[bin]!) / most) * (ruleLane - 6));
    context.fillStyle = theme.severity[severest[bin]! - 1]!;
    context.fillRect(bin * step, top + ruleLane - 3 - tall, Math.max(1, step), tall);
  }
}

/** Where a time of the view lies. */
function placeIn({ width, bins }: Scene): (time: number) => number {
  const scale = width / (bins.to - bins.from);
  return (time) => (time - bins.from) * scale;
}

function paintWindows(
  context: CanvasRenderingContext2D,
  marks: readonly AlertMark[],
  scene: Scene,
  theme: CanvasTheme,
): void {
  const x = placeIn(scene);
  context.globalAlpha = 0.16;
  for (const { at, rule, severity, isResolved } of marks) {
    const length = scene.windows[rule] ?? 0;
    const top = scene.lanes.rules[rule];
    if (isResolved || length === 0 || top === undefined) continue;
    context.fillStyle = theme.severity[severity]!;
    context.fillRect(x(at - length), top + 4, Math.max(1, x(at) - x(at - length)), ruleLane - 8);
  }
  context.globalAlpha = 1;
}

/** From the alert that began each to where it was resolved; those that never were go on. */
function paintEpisodes(
  context: CanvasRenderingContext2D,
  marks: readonly AlertMark[],
  scene: Scene,
  theme: CanvasTheme,
): void {
  const x = placeIn(scene);
  const isOpen = (mark: AlertMark, { open }: Bins): boolean => open.has(mark.index);
  context.globalAlpha = 0.55;
  for (const mark of marks) {
    const { at, since, rule, severity } = mark;
    const laneTop = scene.lanes.rules[rule];
    if (laneTop === undefined) continue;
    const { top, height } = linePlace(laneTop);
    context.fillStyle = theme.severity[severity]!;
    if (since < at) context.fillRect(x(since), top, x(at) - x(since), height);
    else if (isOpen(mark, scene.bins)) context.fillRect(x(at), top, scene.width - x(at), height);
  }
  context.globalAlpha = 1;
}

const missRadius = 3.5;

/** Where a rule came close: a circle, of a sequence at the end of the run that came so far. */
function paintMisses(context: CanvasRenderingContext2D, scene: Scene, theme: CanvasTheme): void {
  const x = placeIn(scene);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.25;
  for (const { rule, at, since } of scene.nearMisses) {
    const top = scene.lanes.rules[rule];
    if (top === undefined || x(at) < -missRadius || x(since ?? at) > scene.width + missRadius) continue;
    const middle = top + ruleLane / 2;
    context.beginPath();
    if (since !== null && x(since) < x(at) - missRadius) {
      context.moveTo(x(since), middle);
      context.lineTo(x(at) - missRadius, middle);
    }
    context.moveTo(x(at) + missRadius, middle);
    context.arc(x(at), middle, missRadius, 0, 2 * Math.PI);
    context.stroke();
  }
}

function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly AlertMark[],
  scene: Scene,
  theme: CanvasTheme,
): void {
  const x = placeIn(scene);
  // One path a kind of mark: thousands of single ones would take as many calls.
  const paths = new Map<string, { readonly path: Path2D; readonly severity: number; readonly isResolved: boolean }>();
  for (const { at, rule, severity, isResolved } of marks) {
    const top = scene.lanes.rules[rule];
    if (top === undefined) continue;
    const id = `${severity} ${isResolved}`;
    const kind = paths.get(id) ?? { path: new Path2D(), severity, isResolved };
    paths.set(id, kind);
    addMark(kind.path, x(at), top + ruleLane / 2, severity);
  }
  for (const { path, severity, isResolved } of paths.values()) paintPath(context, path, severity, isResolved, theme);
}
