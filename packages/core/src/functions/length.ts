import type { Value } from "../value.ts";
import type { FunctionRecord } from "./function-record.ts";

export const length: FunctionRecord = {
  name: "LENGTH",
  signature: "LENGTH(x: ANY): NUMBER",
  doc: "The number of UTF-16 units of a STRING, or of items of a LIST; NULL of anything else.",
  example: "FROM orders WHERE LENGTH(items) > 50 EMIT LOW",
  params: [{ name: "x", type: "ANY" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => (typeof x === "string" || Array.isArray(x) ? (x as string | readonly Value[]).length : null),
};
