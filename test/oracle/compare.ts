import type { Alert, EngineStats } from "@weir/core";
import { expect } from "vitest";
import type { Case } from "./generate-events.ts";
import { type Counts, evaluateRules, type OracleAlert } from "./oracle.ts";
import { type EngineRun, planOf, runEngine } from "./run-engine.ts";

/** The engine and the oracle say the same: the same alerts in the same order, the same counts. */
export function expectEngineEqualsOracle({ text, events, options }: Case): void {
  expectSaysWhatOracleSays(runEngine(planOf(text), events, options), { text, events, options });
}

/** What an engine said of a case is what the oracle says of it. */
export function expectSaysWhatOracleSays({ alerts, stats }: EngineRun, { text, events, options }: Case): void {
  const oracle = evaluateRules(text, events, options);
  expectAlike(alerts.map(withoutId), oracle.alerts);
  expectAlike(countsOf(stats), oracle.counts);
}

/** Equal, but that numbers may differ by 1e-9 of their size. */
export function expectAlike(found: unknown, expected: unknown): void {
  if (!areAlike(found, expected)) expect(found).toEqual(expected);
}

export function withoutId({ at, rule, severity, status, key, message, data }: Alert): OracleAlert {
  return { at, rule, severity, status, key, message, data };
}

function countsOf(stats: EngineStats): Counts {
  const { events, late, bad, missingKey, typeMismatch, limited, suppressed, pending } = stats;
  return { events, late, bad, missingKey, typeMismatch, limited, suppressed, pending };
}

function areAlike(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    // Times are whole: 1e-9 of one would be more than a second.
    if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;
  }
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    // The order of names counts too: alerts are written as JSON.
    left.every(([name, value], i) => name === right[i]?.[0] && areAlike(value, right[i]?.[1]))
  );
}
