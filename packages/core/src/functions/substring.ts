import type { FunctionRecord } from "./function-record.ts";

export const substring: FunctionRecord = {
  name: "SUBSTRING",
  signature: "SUBSTRING(s: STRING, from: NUMBER, length?: NUMBER): STRING",
  doc:
    "The part of the text from position `from` on, counted from 1, and `length` UTF-16 units long. As in SQL, positions before 1 " +
    "hold nothing but count: SUBSTRING(s, 0, 2) is the first unit. NULL where a number is not whole or the length negative.",
  example: 'FROM cards WHERE SUBSTRING(number, 1, 6) = "424242" EMIT LOW',
  params: [
    { name: "s", type: "STRING" },
    { name: "from", type: "NUMBER" },
    { name: "length", type: "NUMBER", optional: true },
  ],
  returns: "STRING",
  nullInNullOut: true,
  call: (s, from, length) => {
    if (!Number.isInteger(from)) return null;
    if (length !== undefined && !(Number.isInteger(length) && (length as number) >= 0)) return null;
    const start = (from as number) - 1;
    const end = length === undefined ? Number.POSITIVE_INFINITY : start + (length as number);
    // `substring` takes what is below 0 as 0.
    return end <= start ? "" : (s as string).substring(start, end);
  },
};
