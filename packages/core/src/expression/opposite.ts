import type { CompareOp } from "../plan.ts";

/** The comparison that is TRUE where this one is FALSE. */
export const opposite: Readonly<Record<CompareOp, CompareOp>> = {
  "=": "!=",
  "!=": "=",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};
