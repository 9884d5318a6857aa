import { severityPaths } from "../ui/severity.tsx";
import type { CanvasTheme } from "./theme.ts";

const markSize = 12;

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

/** Adds the shape of a severity to a path, around a place. */
export function addMark(path: Path2D, x: number, y: number, severity: number): void {
  const shape = shapes.get(severity) ?? new Path2D(severityPaths[severity]);
  shapes.set(severity, shape);
  path.addPath(shape, { e: x - markSize / 2, f: y - markSize / 2 });
}

/** Paints shapes of one kind. */
export function paintPath(
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
