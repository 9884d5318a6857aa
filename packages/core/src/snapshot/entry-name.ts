import { hash128 } from "../engine/hash.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const longest = 800;

/** The name of an entry: its kind, what it is of, and a key as `keyOf` gives it. Long keys are named by a hash of theirs. */
export function entryName(kind: string, id: string, key: string | number): string {
  const out = new ByteWriter(64);
  writeEntryName(out, `${kind} ${id} `, key);
  const bytes = out.bytes();
  return new ByteReader(bytes).narrow(bytes.length);
}

/** Writes the name of an entry, `start` being its kind and what it is of, with a space behind each. */
export function writeEntryName(out: ByteWriter, start: string, key: string | number): void {
  out.printable(start);
  if (typeof key === "number") {
    out.printable(`n${key}`);
    return;
  }
  const at = out.length;
  out.printable("s");
  if (key.length < longest && out.printable(key, true)) return;
  out.rewind(at);
  const text = `s${escaped(key)}`;
  out.printable(text.length > longest ? `h${key.length} ${hash128(key)}` : text);
}

/** Printable ASCII without spaces and backslashes of its own: stores that keep UTF-8 would lose lone surrogates. */
function escaped(text: string): string {
  return text.replaceAll(/[^\x21-\x5b\x5d-\x7e]/g, (unit) => `\\${unit.charCodeAt(0).toString(16)};`);
}
