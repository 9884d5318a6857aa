import { createEngine, type Engine, type EngineOptions, restoreEngine } from "@weir/core";
import type { HostedPlan } from "./hosting.ts";

/** An engine for a plan, with the rows of its tables. */
export function startEngine(hosted: HostedPlan, options: EngineOptions = {}): Engine {
  const { rows, ...plan } = hosted;
  return createEngine(plan, rows === undefined ? options : { ...options, tables: rows });
}

/** An engine that goes on from a snapshot. */
export function resumeEngine(hosted: HostedPlan, snapshot: Uint8Array): Engine {
  const { rows, ...plan } = hosted;
  return restoreEngine(plan, snapshot, rows === undefined ? {} : { tables: rows });
}
