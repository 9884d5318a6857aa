import type { Row } from "./row.ts";
import type { Value } from "./value.ts";

/**
 * What an expression is evaluated in: one mutable record per engine, filled in before each evaluation.
 */
export interface EvalContext {
  /** The current event, else the newest of the key, else `null` (all fields are NULL). */
  row: Row | null;
  /** The key's slot in its group. */
  slot: number;
  /** The values of the BY expressions. */
  readonly key: readonly Value[];
  /** Whether `row` is the event being processed: then PRIOR leaves it out. */
  current: boolean;
}

export type Evaluate = (context: EvalContext) => Value;
