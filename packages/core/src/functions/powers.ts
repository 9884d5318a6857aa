import type { FunctionRecord } from "./function-record.ts";

export const sqrt: FunctionRecord = {
  name: "SQRT",
  signature: "SQRT(x: NUMBER): NUMBER",
  doc: "The square root; NULL of a negative number.",
  example: "FROM sensors WHERE SQRT(x * x + y * y) > 9.81 EMIT HIGH",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.sqrt(x as number),
};

export const pow: FunctionRecord = {
  name: "POW",
  signature: "POW(x: NUMBER, exponent: NUMBER): NUMBER",
  doc: "The number raised to a power; NULL where the result is not a finite number.",
  example: "FROM orders WHERE price > POW(10, digits) EMIT LOW",
  params: [
    { name: "x", type: "NUMBER" },
    { name: "exponent", type: "NUMBER" },
  ],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x, exponent) => (x as number) ** (exponent as number),
};

export const ln: FunctionRecord = {
  name: "LN",
  signature: "LN(x: NUMBER): NUMBER",
  doc: "The natural logarithm; NULL of 0 and of negative numbers.",
  example: "FROM transfers WHERE LN(amount) > 12 EMIT MEDIUM",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.log(x as number),
};

export const log10: FunctionRecord = {
  name: "LOG10",
  signature: "LOG10(x: NUMBER): NUMBER",
  doc: "The logarithm to base 10; NULL of 0 and of negative numbers.",
  example: "FROM transfers EMIT INFO { magnitude: FLOOR(LOG10(amount)) }",
  params: [{ name: "x", type: "NUMBER" }],
  returns: "NUMBER",
  nullInNullOut: true,
  call: (x) => Math.log10(x as number),
};
