import type { CompareOp } from "../plan.ts";

/** What a comparison is when its sides change places. */
export const flipped: Readonly<Record<CompareOp, CompareOp>> = {
  "=": "=",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
