import { defaultTimeFields, type EventData, parseTime, type TimeUnit } from "@weir/core";

/** The field of events that most likely holds their time; `null` where none looks like one. */
export function findTimeField(fields: readonly string[], events: readonly EventData[]): string | null {
  const standard = defaultTimeFields.find((name) => fields.includes(name));
  if (standard !== undefined) return standard;
  const isTime = (name: string): boolean => events.slice(0, 20).some((event) => looksLikeTime(event[name]));
  const named = fields.find((name) => /time|date|_at$|^at$|^when$/i.test(name) && isTime(name));
  return named ?? fields.find(isTime) ?? null;
}

function looksLikeTime(value: unknown): boolean {
  if (typeof value === "string") return parseTime(value) !== null;
  return typeof value === "number" && unitOf(value) !== null;
}

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** The unit in which a number is a time between 1990 and 2100; `null` where there is none. */
function unitOf(value: number): TimeUnit | null {
  if (value >= earliest && value < latest) return "MILLISECONDS";
  if (value * 1000 >= earliest && value * 1000 < latest) return "SECONDS";
  return value / 1000 >= earliest && value / 1000 < latest ? "MICROSECONDS" : null;
}

export function guessUnit(values: readonly unknown[]): TimeUnit {
  const first = values.find((value) => typeof value === "number");
  return first === undefined ? "MILLISECONDS" : (unitOf(first) ?? "MILLISECONDS");
}
