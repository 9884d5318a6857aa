import type { ArrivalClock, TableRows } from "../engine/hosting.ts";
import type { Breakpoint } from "../protocol/calls.ts";
import { readArrival, readTables } from "../share/read-hosting.ts";
import { samples } from "./samples.ts";

/** What is kept between visits: the rules, and which recording they were for; its events only where the person asked for it. */
export interface SavedWork {
  readonly rules: string;
  /** Version B, where two are compared. */
  readonly other: string | null;
  readonly sample: string | null;
  readonly file: string | null;
  readonly tables: TableRows;
  readonly arrival: ArrivalClock | null;
  readonly breakpoints: readonly Breakpoint[];
}

/** Reads what an earlier visit left, perhaps one to an earlier version of the page; `null` where it is none of these. */
export function readWork(value: unknown): SavedWork | null {
  if (typeof value !== "object" || value === null || !("rules" in value)) return null;
  const { rules, other, sample, file, tables, arrival, breakpoints } = value as Readonly<Record<string, unknown>>;
  if (typeof rules !== "string") return null;
  const isKnown = typeof sample === "string" && samples.some(({ id }) => id === sample);
  if (sample !== null && !isKnown) return null;
  return {
    rules,
    other: typeof other === "string" ? other : null,
    sample: typeof sample === "string" ? sample : null,
    file: typeof file === "string" ? file : null,
    tables: readTables(tables) ?? {},
    arrival: readArrival(arrival) ?? null,
    breakpoints: Array.isArray(breakpoints) ? breakpoints.filter(isBreakpoint) : [],
  };
}

function isBreakpoint(value: unknown): value is Breakpoint {
  if (typeof value !== "object" || value === null) return false;
  const { rule, key, when } = value as Readonly<Record<string, unknown>>;
  return typeof rule === "string" && typeof key === "string" && (when === null || typeof when === "string");
}
