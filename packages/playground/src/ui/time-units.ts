import type { TimeUnit } from "@weir/core";

/** The units in which a field may hold a time. */
export const timeUnits: readonly (readonly [TimeUnit, string])[] = [
  ["MILLISECONDS", "milliseconds, or ISO-8601"],
  ["SECONDS", "seconds"],
  ["MICROSECONDS", "microseconds"],
];
