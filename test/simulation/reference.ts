import { type Alert, createEngine, DecodeError, type Engine, type LogRecord, type Plan } from "@weir/core";
import { readEvent, schemas } from "./fake-registry.ts";

/** What must come out of one partition. */
export interface Expected {
  readonly alerts: readonly Alert[];
  /** `offset code` of each. */
  readonly deadLetters: readonly string[];
  readonly late: readonly string[];
  readonly engine: Engine;
}

/** Runs the records of a partition through one engine, one after the other, as if nothing ever went wrong. */
export function reference(plan: Plan, task: string, records: readonly LogRecord[], maxAheadMs: number): Expected {
  const alerts: Alert[] = [];
  const deadLetters: string[] = [];
  const late: string[] = [];
  let at = -1;
  const engine = createEngine(plan, {
    scope: task,
    onSetAside: ({ kind }) => {
      if (kind === "late") late.push(String(at));
      else deadLetters.push(`${at} bad-event`);
    },
  });
  for (const record of records) {
    if (record.value === null) continue;
    at = record.offset;
    try {
      const event = readEvent(record, (id) => schemas.get(id));
      if (event["crash"] === true) {
        deadLetters.push(`${at} poison`);
        continue;
      }
      const { ts } = event;
      if (typeof ts === "number" && ts > record.timestamp + maxAheadMs) deadLetters.push(`${at} ahead-of-time`);
      else alerts.push(...engine.push("payments", event));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      deadLetters.push(`${at} ${error.code}`);
    }
  }
  return { alerts, deadLetters, late, engine };
}
