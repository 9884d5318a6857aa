import type { CompareOp } from "../plan.ts";
import type { Json } from "../values/to-json.ts";

/** A part of an expression and what it came to; TIME and DURATION in milliseconds. */
export interface Term {
  /** As the language writes it: `COUNT()`, `limit`, `AVG(PRIOR amount)`. */
  readonly text: string;
  readonly value: Json;
  readonly type: "NULL" | "BOOLEAN" | "NUMBER" | "STRING" | "TIME" | "DURATION" | "LIST" | "OBJECT";
}

/** A condition, or a part of one, as it was evaluated: plain data for a UI to show. */
export interface ConditionPart {
  readonly op: "and" | "or" | "not" | "compare" | "test";
  readonly text: string;
  /** `null`: neither TRUE nor FALSE, for want of a value. */
  readonly truth: boolean | null;
  /** 1 where it is TRUE; below, how near it came (see `comparisonCloseness`). */
  readonly closeness: number;
  /** Of AND, OR and NOT. */
  readonly parts: readonly ConditionPart[];
  /** The sides of a comparison. */
  readonly compare: { readonly left: Term; readonly cmp: CompareOp; readonly right: Term } | null;
  /** What its sides were computed from, where that is more than they say: `AVG(PRIOR amount)` in `amount > 3 * AVG(PRIOR amount)`. */
  readonly terms: readonly Term[];
}
