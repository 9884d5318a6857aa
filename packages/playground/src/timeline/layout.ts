export const axisHeight = 20;
export const overviewHeight = 34;
export const gap = 6;
export const streamLane = 20;
export const ruleLane = 24;

/** Where lanes lie, from the top of the canvas. */
export interface LaneLayout {
  readonly streams: readonly number[];
  readonly rules: readonly number[];
  readonly height: number;
}

export function layoutLanes(streams: number, rules: number): LaneLayout {
  const top = axisHeight + overviewHeight + gap;
  const streamTops = Array.from({ length: streams }, (_, i) => top + i * streamLane);
  const ruleTop = top + streams * streamLane;
  const ruleTops = Array.from({ length: rules }, (_, i) => ruleTop + i * ruleLane);
  return { streams: streamTops, rules: ruleTops, height: ruleTop + rules * ruleLane + 2 };
}

const steps: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
  1_209_600_000, 2_592_000_000, 7_776_000_000, 31_536_000_000,
];

/** Times at which an axis has a mark, at most one in `minPixels`. */
export function axisTicks(from: number, to: number, pixels: number, minPixels: number): readonly number[] {
  const wanted = ((to - from) / pixels) * minPixels;
  const step = steps.find((size) => size >= wanted) ?? steps.at(-1)!;
  const ticks: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to && ticks.length < 200; time += step) ticks.push(time);
  return ticks;
}

/** How a mark of the axis reads: no finer than its distance to the next. */
export function tickText(time: number, span: number): string {
  const iso = new Date(time).toISOString();
  if (time % 86_400_000 === 0) return iso.slice(5, 10);
  if (span > 600_000) return iso.slice(11, 16);
  return span > 10_000 ? iso.slice(11, 19) : iso.slice(14, 23);
}
