import type { FunctionRecord } from "./function-record.ts";

export const split: FunctionRecord = {
  name: "SPLIT",
  signature: "SPLIT(s: STRING, separator: STRING): LIST",
  doc: "The parts of the text between the separators; an empty separator splits nothing, and an empty text is one empty part.",
  example: 'FROM requests WHERE SPLIT(path, "/")[1] = "admin" EMIT MEDIUM',
  params: [
    { name: "s", type: "STRING" },
    { name: "separator", type: "STRING" },
  ],
  returns: "LIST",
  nullInNullOut: true,
  call: (s, separator) => (separator === "" ? [s!] : (s as string).split(separator as string)),
};
