import { parseDuration } from "@weir/core";
import { InvalidArgumentError } from "commander";
import { type AnomalyKind, anomalyKinds } from "./simulate/transaction.ts";

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("It is a whole number.");
  return value;
}

export function positiveInteger(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("It is a whole number above 0.");
  return value;
}

export function workerCount(text: string): number {
  const value = positiveInteger(text);
  if (value > 64) throw new InvalidArgumentError("It is at most 64.");
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  const isNumber = text.trim() !== "" && Number.isFinite(value);
  if (!isNumber || value <= 0) throw new InvalidArgumentError("It is a number above 0.");
  return value;
}

export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError("It is a duration such as 500ms, 2s or 1h30m.");
  return ms;
}

/** ISO-8601, UTC where no zone is given; or epoch milliseconds. */
export function timeMs(text: string): number {
  if (/^-?\d{5,}$/.test(text)) return Number(text);
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(text);
  const ms = Date.parse(hasZone || !text.includes(":") ? text : `${text}Z`);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms)) {
    throw new InvalidArgumentError("It is a time such as 2026-01-31T12:00:00Z, or epoch milliseconds.");
  }
  return ms;
}

export function anomalyList(text: string): readonly AnomalyKind[] {
  if (text === "none") return [];
  return text.split(",").map((name) => {
    const kind = anomalyKinds.find((known) => known === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`It is a list of ${anomalyKinds.join(", ")}; or none.`);
    return kind;
  });
}
