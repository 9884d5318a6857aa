/** `user=u1 n=3` as a key: numbers, TRUE, FALSE and text. */
export function keyOf(text: string): Readonly<Record<string, unknown>> {
  const pairs = [...text.matchAll(/([^\s=]+)=("[^"]*"|\S*)/g)].map(([, name, value]): [string, unknown] => [
    name!,
    valueOf(value!),
  ]);
  return Object.fromEntries(pairs);
}

/** Whether a key is meant by `user=u1`, which leaves its other parts open, or by a text that one of its values holds; the empty one means any. */
export function keyMatches(key: Readonly<Record<string, unknown>>, wanted: string): boolean {
  const text = wanted.trim();
  if (text === "") return true;
  const pairs = Object.entries(keyOf(text));
  const isText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  if (pairs.length === 0) return Object.values(key).some((value) => isText(value).includes(text));
  return pairs.every(([name, value]) => Object.hasOwn(key, name) && isText(key[name]) === isText(value));
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
