import { distanceKm } from "../functions/distance.ts";
import { fromHost } from "../values/from-host.ts";

/** NaN stands for NULL where generated code holds a number. */
export function orNaN(x: number | null): number {
  return x ?? Number.NaN;
}

/** What is no number of the language is NULL. */
export function finite(x: number): number {
  return x - x === 0 ? x : Number.NaN;
}

/** A value that a host gave, where it is a NUMBER; else NULL. */
export function hostNumber(x: unknown): number {
  if (typeof x === "number") return finite(x);
  return typeof x === "bigint" ? orNaN(fromHost(x) as number | null) : Number.NaN;
}

/** A value of the language, where it is a NUMBER; else NULL. */
export function valueNumber(x: unknown): number {
  return typeof x === "number" ? x : Number.NaN;
}

/** SPEED_KMH of numbers. */
export function speedNumber(lat: number, lon: number, latBefore: number, lonBefore: number, elapsedMs: number): number {
  if (elapsedMs === 0) return Number.NaN;
  // NaN of any of them comes through.
  return finite(distanceKm(latBefore, lonBefore, lat, lon) / (elapsedMs / 3_600_000));
}
