import uPlot from "uplot";

export interface BarChartOptions {
  /** What stands below a value of x. */
  readonly label: (x: number) => string;
  readonly height: number;
  /** Called with the place of the bar that was pressed. */
  readonly onChoose?: (index: number) => void;
}

/** Draws bars into an element, and takes them away again when called. */
export function barChart(
  host: HTMLElement,
  x: readonly number[],
  y: readonly number[],
  { label, height, onChoose }: BarChartOptions,
): () => void {
  const style = getComputedStyle(host);
  const muted = style.getPropertyValue("--muted").trim();
  const line = style.getPropertyValue("--line").trim();
  const accent = style.getPropertyValue("--accent").trim();
  const axis = {
    stroke: muted,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: `11px ${style.fontFamily}`,
  };
  const step = x.length > 1 ? x[1]! - x[0]! : 1;
  const bars = uPlot.paths.bars!({ size: [0.75, 40] });
  const chart = new uPlot(
    {
      width: Math.max(120, host.clientWidth),
      height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [x[0]! - step, x.at(-1)! + step] },
        y: { range: (_, __, most) => [0, Math.max(1, most)] },
      },
      axes: [
        { ...axis, size: 24, values: (_, splits) => splits.map(label) },
        { ...axis, size: 46 },
      ],
      series: [{}, { stroke: accent, fill: accent, paths: bars, points: { show: false } }],
    },
    [[...x], [...y]],
    host,
  );
  if (onChoose !== undefined) {
    chart.over.addEventListener("click", () => {
      const index = chart.cursor.idx;
      if (typeof index === "number") onChoose(index);
    });
  }
  const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(120, host.clientWidth), height }));
  observer.observe(host);
  return () => {
    observer.disconnect();
    chart.destroy();
  };
}
