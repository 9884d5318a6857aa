import { maxTextLength, allDigits, toText } from "../values/to-text.ts";
import type { FunctionRecord } from "./function-record.ts";

export const concat: FunctionRecord = {
  name: "CONCAT",
  signature: "CONCAT(x: ANY, …): STRING",
  doc:
    "Its arguments as one text: numbers as in JSON (not rounded), TIME as ISO-8601 UTC, DURATION in d h m s ms, lists and objects as JSON. NULL " +
    "where the text would be longer than 2^20 UTF-16 units.",
  example: 'BY CONCAT(user, "@", tenant) AS who WITHIN 1m WHEN COUNT() > 100 EMIT MEDIUM',
  params: [{ name: "x", type: "ANY" }],
  variadic: true,
  returns: "STRING",
  nullInNullOut: true,
  call: (...values) => {
    let text = "";
    for (const value of values) {
      text += toText(value, allDigits);
      if (text.length > maxTextLength) return null;
    }
    return text;
  },
};
