import { maxTimeMs } from "./values/from-host.ts";

const dayMs = 86_400_000;

/**
 * Reads ISO-8601 text in the extended form as epoch milliseconds; `null` where the text is none. Never guesses.
 *
 * Date    `2024-02-29`, or with a year of six digits and a sign, `+010000-01-01`; the day must exist.
 * Time    after `T`, `t` or one blank: `10:15`, `10:15:30`, `10:15:30.25` or `10:15:30,25`; fractions of any length are cut down to
 *         milliseconds; `24:00` is the end of the day. There are no leap seconds. Without a time: midnight.
 * Zone    `Z`, `z`, `+02:00`, `+0200`, `+02`; without one, and for a date alone, UTC.
 */
export function parseTime(text: string): number | null {
  // A year of six digits is the date shifted by three characters.
  const shift = text.charCodeAt(0) === plus || text.charCodeAt(0) === minus ? 3 : 0;
  const day = parseDate(text, shift);
  if (day === null) return null;
  const start = shift + 10;
  if (text.length === start) return inRange(day * dayMs);
  const separator = text.charCodeAt(start);
  if (separator !== upperT && separator !== lowerT && separator !== blank) return null;
  return parseTimeOfDay(text, start + 1, day * dayMs);
}

const plus = 43;
const comma = 44;
const minus = 45;
const point = 46;
const colon = 58;
const upperT = 84;
const upperZ = 90;
const lowerT = 116;
const lowerZ = 122;
const blank = 32;

/** Days since 1970-01-01. */
function parseDate(text: string, shift: number): number | null {
  const yearAt = shift === 0 ? 0 : 3;
  const high = shift === 0 ? 0 : twoDigits(text, 1) * 10_000;
  const year =
    (high + twoDigits(text, yearAt) * 100 + twoDigits(text, yearAt + 2)) * (text.charCodeAt(0) === minus ? -1 : 1);
  const month = twoDigits(text, shift + 5);
  const day = twoDigits(text, shift + 8);
  if (text.charCodeAt(shift + 4) !== minus || text.charCodeAt(shift + 7) !== minus) return null;
  // What is no digits is NaN, for which no comparison holds.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null;
  // `-000000` is year 0 written twice, which ISO-8601 forbids.
  if (shift > 0 && year === 0 && text.charCodeAt(0) === minus) return null;
  return daysFromCivil(year, month, day);
}

function parseTimeOfDay(text: string, start: number, midnightMs: number): number | null {
  const hour = twoDigits(text, start);
  const minute = twoDigits(text, start + 3);
  if (!(hour <= 24 && minute <= 59) || text.charCodeAt(start + 2) !== colon) return null;
  let second = 0;
  let fraction = 0;
  let nonZeroFraction = false;
  let at = start + 5;
  if (text.charCodeAt(at) === colon) {
    second = twoDigits(text, at + 1);
    if (!(second <= 59)) return null;
    at += 3;
    const mark = text.charCodeAt(at);
    if (mark === point || mark === comma) {
      const first = ++at;
      let scale = 100;
      for (; isDigit(text.charCodeAt(at)); at++) {
        const digit = text.charCodeAt(at) - 48;
        if (digit > 0) nonZeroFraction = true;
        if (scale >= 1) fraction += digit * scale;
        scale /= 10;
      }
      if (at === first) return null;
    }
  }
  if (hour === 24 && (minute > 0 || second > 0 || nonZeroFraction)) return null;
  const offsetMinutes = parseZone(text, at);
  if (offsetMinutes === null) return null;
  return inRange(midnightMs + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fraction);
}

/** Minutes east of UTC; the zone must end the text. */
function parseZone(text: string, at: number): number | null {
  if (at === text.length) return 0;
  const sign = text.charCodeAt(at);
  if (sign === upperZ || sign === lowerZ) return at + 1 === text.length ? 0 : null;
  if (sign !== plus && sign !== minus) return null;
  const hours = twoDigits(text, at + 1);
  const minutesAt = text.charCodeAt(at + 3) === colon ? at + 4 : at + 3;
  const hoursOnly = text.length === at + 3;
  const minutes = hoursOnly ? 0 : twoDigits(text, minutesAt);
  if (!(hours <= 23 && minutes <= 59) || !(hoursOnly || text.length === minutesAt + 2)) return null;
  return (hours * 60 + minutes) * (sign === minus ? -1 : 1);
}

/** The number that two digits at `start` write; NaN where there are none. */
function twoDigits(text: string, start: number): number {
  const tens = text.charCodeAt(start);
  const ones = text.charCodeAt(start + 1);
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones - 528 : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Source  Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function inRange(ms: number): number | null {
  return Math.abs(ms) <= maxTimeMs ? ms : null;
}
