/** Text as PostgreSQL takes it: it has no place for U+0000 and for halves of surrogate pairs. An alert must not be lost for one. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** The same for a value, as JSON. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Rare: only then is each string looked at.
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "string") return storable(part);
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [storable(name), each]));
  });
}
