import { roundDecimal } from "../values/round-decimal.ts";
import type { FunctionRecord } from "./function-record.ts";

export const round: FunctionRecord = {
  name: "ROUND",
  signature: "ROUND(x: NUMBER, digits?: NUMBER): NUMBER",
  doc:
    "The number rounded to whole ones, or to `digits` digits after the point (before it, where negative); halves go away from " +
    "zero, as the number is written: ROUND(2.675, 2) is 2.68. NULL where `digits` is not whole.",
  example: "FROM payments WHERE amount > 1000 EMIT LOW { rounded: ROUND(amount, 2) }",
  params: [
    { name: "x", type: "NUMBER" },
    { name: "digits", type: "NUMBER", optional: true },
  ],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x, digits = 0) => (Number.isInteger(digits) ? roundDecimal(x as number, digits as number) : null),
};

export const floor: FunctionRecord = {
  name: "FLOOR",
  signature: "FLOOR(x: NUMBER): NUMBER",
  doc: "The largest whole number that is not above the number: FLOOR(-1.5) is -2.",
  example: "FROM payments WHERE FLOOR(amount) = amount EMIT LOW { amount }",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.floor(x as number),
};

export const ceil: FunctionRecord = {
  name: "CEIL",
  signature: "CEIL(x: NUMBER): NUMBER",
  doc: "The smallest whole number that is not below the number: CEIL(-1.5) is -1.",
  example: "FROM payments EMIT INFO { hundreds: CEIL(amount / 100) }",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.ceil(x as number),
};
