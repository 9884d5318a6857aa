const isoText =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?)?$/;

/** Epoch milliseconds of an ISO-8601 text, cut down to whole ones; without a zone it is UTC. NULL where it is none. */
export function parseIso(text: string): number | null {
  const match = isoText.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index] ?? "0");
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const millis = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const zone = (part(10) * 60 + part(11)) * (match[9] === "-" ? -1 : 1);
  return date.getTime() + ((hour * 60 + minute - zone) * 60 + second) * 1000 + millis;
}

export interface Calendar {
  readonly YEAR: number;
  readonly MONTH: number;
  readonly DAY: number;
  readonly HOUR: number;
  readonly MINUTE: number;
  /** 1 = Monday. */
  readonly WEEKDAY: number;
}

/** What a calendar and a clock on the wall of a zone show; NULL for a zone that does not exist. */
export function calendar(ms: number, zone: string): Calendar | null {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      weekday: "short",
    });
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    return {
      YEAR: number("year"),
      MONTH: number("month"),
      DAY: number("day"),
      HOUR: number("hour"),
      MINUTE: number("minute"),
      WEEKDAY: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.get("weekday") ?? "") + 1,
    };
  } catch {
    return null;
  }
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** `1h30m`, `500ms`, `-2s`. */
export function formatDuration(ms: number, formatNumber: (value: number) => string): string {
  if (ms < 0) return `-${formatDuration(-ms, formatNumber)}`;
  let rest = ms;
  let text = "";
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return rest > 0 || text === "" ? `${text}${formatNumber(rest)}ms` : text;
}

export function parseDuration(text: string): number | null {
  if (!/^(\d+(ms|[smhdw]))+$/.test(text)) return null;
  const sizes: Readonly<Record<string, number>> = { ...Object.fromEntries(units), ms: 1, w: 604_800_000 };
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (sizes[unit ?? ""] ?? 0),
    0,
  );
}
