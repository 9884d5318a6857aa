import { hash128 } from "../engine/hash.ts";

const longest = 800;

/** The name of an entry: its kind, what it is of, and a key as `keyOf` gives it. Long keys are named by a hash of theirs. */
export function entryName(kind: string, id: string, key: string | number): string {
  const text = typeof key === "number" ? `n${key}` : `s${escaped(key)}`;
  return `${kind} ${id} ${text.length > longest ? `h${key.toString().length} ${hash128(key.toString())}` : text}`;
}

/** Printable ASCII: stores that keep UTF-8 would lose lone surrogates. */
function escaped(text: string): string {
  return /^[\x21-\x5b\x5d-\x7e]*$/.test(text)
    ? text
    : text.replaceAll(/[^\x21-\x5b\x5d-\x7e]/g, (unit) => `\\${unit.charCodeAt(0).toString(16)};`);
}
