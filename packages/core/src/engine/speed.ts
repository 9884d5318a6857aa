import type { Evaluate } from "../evaluate.ts";
import { distanceKm } from "../functions/distance.ts";
import { Duration } from "../value.ts";

/** SPEED_KMH: from the key's previous event; NULL without one, without a position, or when no time passed. */
export function speedKmh(
  lat: Evaluate,
  lon: Evaluate,
  latBefore: Evaluate,
  lonBefore: Evaluate,
  elapsed: Evaluate,
): Evaluate {
  return (context) => {
    const time = elapsed(context);
    if (!(time instanceof Duration) || time.ms === 0) return null;
    const from = [latBefore(context), lonBefore(context)];
    const to = [lat(context), lon(context)];
    if (
      typeof from[0] !== "number" ||
      typeof from[1] !== "number" ||
      typeof to[0] !== "number" ||
      typeof to[1] !== "number"
    ) {
      return null;
    }
    const speed = distanceKm(from[0], from[1], to[0], to[1]) / (time.ms / 3_600_000);
    return Number.isFinite(speed) ? speed : null;
  };
}
