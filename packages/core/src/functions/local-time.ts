/** A moment as a calendar and a clock on a wall show it. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
}

/** The moment `ms` in UTC. */
export function utcTime(ms: number): LocalTime {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    weekday: isoWeekday(date),
  };
}

/**
 * The moment `ms` in an IANA time zone; `null` where the zone is unknown.
 *
 * State   formatters are costly to make, so those of the last 32 zones are kept, each with the last minute it was asked for.
 */
export function zonedTime(ms: number, zone: string): LocalTime | null {
  let reader = readers.get(zone);
  if (reader === undefined) {
    reader = createReader(zone);
    if (readers.size >= maxReaders) readers.clear();
    readers.set(zone, reader);
  }
  return reader === null ? null : reader(ms);
}

const maxReaders = 32;
const readers = new Map<string, ((ms: number) => LocalTime) | null>();

const minuteMs = 60_000;
/** Before this, offsets from UTC were not always whole minutes. */
const wholeMinutesSince = Date.UTC(1973, 0, 1);

function createReader(zone: string): ((ms: number) => LocalTime) | null {
  if (zone.length > 64) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    return null;
  }
  let lastMinute = Number.NaN;
  let last: LocalTime | null = null;
  return (ms) => {
    const minute = Math.floor(ms / minuteMs);
    if (last !== null && minute === lastMinute) return last;
    const local = readParts(format, ms);
    if (ms >= wholeMinutesSince) {
      lastMinute = minute;
      last = local;
    }
    return local;
  };
}

function readParts(format: Intl.DateTimeFormat, ms: number): LocalTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) parts[type] = value;
  const yearOfEra = Number(parts["year"]);
  const year = parts["era"]?.startsWith("B") === true ? 1 - yearOfEra : yearOfEra;
  const month = Number(parts["month"]);
  const day = Number(parts["day"]);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return { year, month, day, hour: Number(parts["hour"]), minute: Number(parts["minute"]), weekday: isoWeekday(date) };
}

function isoWeekday(date: Date): number {
  return ((date.getUTCDay() + 6) % 7) + 1;
}
