import type { Value } from "../value.ts";
import { order } from "../values/compare.ts";
import type { FunctionRecord } from "./function-record.ts";

export const least: FunctionRecord = {
  name: "LEAST",
  signature: "LEAST(x: ANY, …): ANY",
  doc: "The smallest of its arguments; NULL where they are not all NUMBERs, all STRINGs, all TIMEs or all DURATIONs.",
  example: "FROM orders WHERE LEAST(price, list_price) < 1 EMIT LOW",
  params: [{ name: "x", type: "ANY" }],
  variadic: true,
  returns: "same",
  nullInNullOut: true,
  call: (...values) => extreme(values, -1),
};

export const greatest: FunctionRecord = {
  name: "GREATEST",
  signature: "GREATEST(x: ANY, …): ANY",
  doc: "The largest of its arguments; NULL where they are not all NUMBERs, all STRINGs, all TIMEs or all DURATIONs.",
  example: "FROM hosts WHERE GREATEST(cpu, memory, disk) > 0.95 EMIT HIGH",
  params: [{ name: "x", type: "ANY" }],
  variadic: true,
  returns: "same",
  nullInNullOut: true,
  call: (...values) => extreme(values, 1),
};

function extreme(values: readonly Value[], sign: -1 | 1): Value {
  let best: Value = values[0]!;
  for (const value of values) {
    const compared = order(value, best);
    if (compared === null) return null;
    if (compared * sign > 0) best = value;
  }
  return best;
}
