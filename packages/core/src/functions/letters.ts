import type { FunctionRecord } from "./function-record.ts";

export const lower: FunctionRecord = {
  name: "LOWER",
  signature: "LOWER(s: STRING): STRING",
  doc: "The text in lower case, in the same way in every locale.",
  example: 'FROM logins WHERE LOWER(user) = "admin" EMIT HIGH',
  params: [{ name: "s", type: "STRING" }],
  returns: "STRING",
  nullInNullOut: true,
  call: (s) => (s as string).toLowerCase(),
};

export const upper: FunctionRecord = {
  name: "UPPER",
  signature: "UPPER(s: STRING): STRING",
  doc: "The text in upper case, in the same way in every locale.",
  example: "FROM payments EMIT INFO { currency: UPPER(currency) }",
  params: [{ name: "s", type: "STRING" }],
  returns: "STRING",
  nullInNullOut: true,
  call: (s) => (s as string).toUpperCase(),
};

export const trim: FunctionRecord = {
  name: "TRIM",
  signature: "TRIM(s: STRING): STRING",
  doc: "The text without blanks and line ends at its beginning and end.",
  example: 'FROM orders WHERE TRIM(note) = "" EMIT INFO',
  params: [{ name: "s", type: "STRING" }],
  returns: "STRING",
  nullInNullOut: true,
  call: (s) => (s as string).trim(),
};
