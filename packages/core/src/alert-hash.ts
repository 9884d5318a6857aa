import type { Alert } from "./alert.ts";
import { hash128 } from "./engine/hash.ts";

/** The hash of a run without alerts. */
export const emptyAlertHash: string = hash128("");

/**
 * Adds the next alert of a run to the run's hash: two runs have the same hash if they gave the same alerts in the same order.
 *
 * State   the hash itself, so that a run can be continued from anywhere. The events that explain an alert do not count.
 */
export function addToAlertHash(hash: string, alert: Alert): string {
  const { id, rule, severity, status, at, key, message, data } = alert;
  return hash128(hash + JSON.stringify([id, rule, severity, status, at, key, message, data]));
}
