import type { FunctionRecord } from "./function-record.ts";

export const abs: FunctionRecord = {
  name: "ABS",
  signature: "ABS(x: NUMBER): NUMBER",
  doc: "The number without its sign.",
  example: "FROM accounts WHERE ABS(change) > 10_000 EMIT MEDIUM { change }",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.abs(x as number),
};
