import type { FunctionRecord } from "./function-record.ts";

export const coalesce: FunctionRecord = {
  name: "COALESCE",
  signature: "COALESCE(x: ANY, …): ANY",
  doc: "The first of its arguments that is not NULL; NULL where all are.",
  example: 'FROM logins WHERE COALESCE(country, "??") != "DE" EMIT LOW',
  params: [{ name: "x", type: "ANY" }],
  variadic: true,
  returns: "same",
  nullInNullOut: false,
  call: (...values) => values.find((value) => value !== null) ?? null,
};

export const ifElse: FunctionRecord = {
  name: "IF",
  signature: "IF(condition: BOOLEAN, x: ANY, y: ANY): ANY",
  doc: "`x` where the condition is TRUE, `y` where it is FALSE or NULL.",
  example: 'FROM payments EMIT INFO { size: IF(amount > 1000, "large", "small") }',
  params: [
    { name: "condition", type: "BOOLEAN" },
    { name: "x", type: "ANY" },
    { name: "y", type: "ANY" },
  ],
  returns: "same",
  nullInNullOut: false,
  call: (condition, x, y) => (condition === true ? x! : y!),
};
