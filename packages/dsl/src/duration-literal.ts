const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

const MS_OF_UNIT: ReadonlyMap<string, number> = new Map(UNITS);

/** Milliseconds of a duration as it is written, `1h30m`; NaN for any other text. */
export function parseDuration(text: string): number {
  if (!/^(?:\d[\d_]*(?:ms|[smhdw]))+$/.test(text)) return Number.NaN;
  let ms = 0;
  for (const [, digits, unit] of text.matchAll(/(\d[\d_]*)(ms|[smhdw])/g)) {
    ms += Number((digits ?? "").replaceAll("_", "")) * (MS_OF_UNIT.get(unit ?? "") ?? 0);
  }
  return ms;
}

/** The shortest way to write a duration of whole milliseconds in units up to days: `1h30m`, `14d`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const [unit, size] of UNITS) {
    if (unit === "w") continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
