import type { EventData, TimeUnit } from "@weir/core";
import type { ArrivalClock, TableRows } from "../engine/hosting.ts";

type Parts = Readonly<Record<string, unknown>>;

/** Rows of tables as they were written; `null` of anything else. */
export function readTables(value: unknown): TableRows | null {
  if (!isParts(value)) return null;
  const tables: Record<string, readonly EventData[]> = {};
  for (const [name, rows] of Object.entries(value)) {
    if (name === "__proto__" || !Array.isArray(rows) || !rows.every(isParts)) return null;
    tables[name] = rows;
  }
  return tables;
}

const units: readonly string[] = ["MILLISECONDS", "SECONDS", "MICROSECONDS"] satisfies readonly TimeUnit[];

/** A clock of arrival as it was written; `null`: none was chosen; `undefined` of anything else. */
export function readArrival(value: unknown): ArrivalClock | null | undefined {
  if (value === null) return null;
  if (!isParts(value)) return undefined;
  const { kind, field, unit, startMs, stepMs } = value;
  if (kind === "field" && typeof field === "string" && typeof unit === "string" && units.includes(unit)) {
    return { kind, field, unit: unit as TimeUnit };
  }
  const isPace =
    kind === "pace" && isTime(startMs) && typeof stepMs === "number" && stepMs >= 1 && stepMs <= 86_400_000;
  return isPace ? { kind, startMs, stepMs } : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= 8.64e15;
}

function isParts(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
