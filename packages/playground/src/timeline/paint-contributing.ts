import { streamLane } from "./layout.ts";
import type { CanvasTheme } from "./theme.ts";

/** An event that made the selected alert fire, on the lane of its stream. */
export interface ContributingMark {
  readonly top: number;
  /** Pixels from the left. */
  readonly x: number;
  readonly number: number;
}

const radius = 7;

/** The events of an alert as its list numbers them; without numbers where they lie too close. */
export function paintContributing(
  context: CanvasRenderingContext2D,
  marks: readonly ContributingMark[],
  theme: CanvasTheme,
): void {
  context.textBaseline = "middle";
  context.textAlign = "center";
  for (const [i, { top, x, number }] of marks.entries()) {
    const isFree = [marks[i - 1], marks[i + 1]].every(
      (other) => other === undefined || other.top !== top || Math.abs(other.x - x) > 2 * radius,
    );
    const middle = top + streamLane / 2;
    context.fillStyle = theme.accent;
    if (!isFree || number > 99) context.fillRect(x - 1, top + 1, 2, streamLane - 2);
    else {
      context.beginPath();
      context.arc(x, middle, radius, 0, 2 * Math.PI);
      context.fill();
      context.fillStyle = theme.onAccent;
      context.fillText(String(number), x, middle + 0.5);
    }
  }
  context.textAlign = "start";
}
