import type { Evaluate } from "../evaluate.ts";
import type { CompareOp } from "../plan.ts";
import { fromHost } from "../values/from-host.ts";

/** `field = constant`, without making a value of what the host gave. */
export function fieldEquals(name: string, constant: string | number | boolean, not: boolean): Evaluate {
  return ({ row }) => {
    if (row === null) return null;
    const x: unknown = row.data[name];
    if (x === constant) return !not;
    if (typeof x === "string" || typeof x === "boolean") return not;
    const value = fromHost(x);
    return value === null ? null : (value === constant) !== not;
  };
}

/** `field < number` and the like, without making a value of what the host gave. */
export function fieldOrder(name: string, cmp: Exclude<CompareOp, "=" | "!=">, constant: number): Evaluate {
  switch (cmp) {
    case "<":
      return ({ row }) => {
        const x = row === null ? null : numberOf(row.data[name]);
        return x === null ? null : x < constant;
      };
    case "<=":
      return ({ row }) => {
        const x = row === null ? null : numberOf(row.data[name]);
        return x === null ? null : x <= constant;
      };
    case ">":
      return ({ row }) => {
        const x = row === null ? null : numberOf(row.data[name]);
        return x === null ? null : x > constant;
      };
    case ">=":
      return ({ row }) => {
        const x = row === null ? null : numberOf(row.data[name]);
        return x === null ? null : x >= constant;
      };
  }
}

function numberOf(x: unknown): number | null {
  if (typeof x === "number") return Number.isFinite(x) ? x : null;
  return typeof x === "bigint" ? (fromHost(x) as number | null) : null;
}
