import { maxTextLength } from "../values/to-text.ts";
import type { FunctionRecord } from "./function-record.ts";

export const replace: FunctionRecord = {
  name: "REPLACE",
  signature: "REPLACE(s: STRING, search: STRING, replacement: STRING): STRING",
  doc:
    "The text with every occurrence of `search` replaced; an empty `search` replaces nothing. NULL where the text would grow " +
    "beyond 2^20 UTF-16 units.",
  example: 'FROM calls WHERE REPLACE(number, " ", "") STARTS WITH "+49900" EMIT LOW',
  params: [
    { name: "s", type: "STRING" },
    { name: "search", type: "STRING" },
    { name: "replacement", type: "STRING" },
  ],
  returns: "STRING",
  nullInNullOut: true,
  call: (s, search, replacement) => replaced(s as string, search as string, replacement as string),
};

function replaced(s: string, search: string, replacement: string): string | null {
  if (search === "" || !s.includes(search)) return s;
  // Not `replaceAll`, to which `$&` in the replacement means something.
  const parts = s.split(search);
  const length = s.length + (parts.length - 1) * (replacement.length - search.length);
  return length > Math.max(maxTextLength, s.length) ? null : parts.join(replacement);
}
