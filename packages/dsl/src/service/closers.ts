/** What closes the brackets, CASEs and BETWEENs that are open at the end of a text, innermost first, a line each. */
export function closers(text: string): string {
  const open: string[] = [];
  for (const [word] of text.matchAll(
    /--[^\r\n]*|\/\*(?:[^]*?\*\/|[^]*$)|"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|`[^`\r\n]*`?|\w+|[()[\]{}]/g,
  )) {
    const key = word.toUpperCase();
    const opened = CLOSED_BY[key];
    if (opened !== undefined) open.push(opened);
    else if (")]}".includes(word) || key === "END") open.pop();
    else if (key === "THEN" && open.at(-1) === "THEN 0 END") open.splice(-1, 1, "END");
    else if (key === "WHEN" && open.at(-1) === "END") open.splice(-1, 1, "THEN 0 END");
    else if (key === "AND" && open.at(-1) === "AND 0") open.pop();
  }
  return open.reverse().join("\n");
}

const CLOSED_BY: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  CASE: "THEN 0 END",
  BETWEEN: "AND 0",
};
