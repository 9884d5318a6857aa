/** What one call of Redis unpacks: some milliseconds of its time at most. */
const chunkEntries = 1000;
const chunkBytes = 512 * 1024;
const headBytes = 8;

/**
 * Values with names of any text, as chunks of a bounded size, each bytes that Redis takes as one argument. An entry larger than a
 * chunk is one by itself.
 *
 *   per entry  bytes of its name: uint32  bytes of its value: uint32  name in UTF-8  value
 */
export function packNamed(entries: readonly { readonly name: string; readonly value: Buffer }[]): Buffer[] {
  const chunks: Buffer[] = [];
  let parts: Buffer[] = [];
  let length = 0;
  for (const { name, value } of entries) {
    const nameBytes = Buffer.from(name);
    const head = Buffer.alloc(headBytes);
    head.writeUInt32LE(nameBytes.length, 0);
    head.writeUInt32LE(value.length, 4);
    const bytes = headBytes + nameBytes.length + value.length;
    if (length > 0 && (length + bytes > chunkBytes || parts.length >= 3 * chunkEntries)) {
      chunks.push(Buffer.concat(parts));
      parts = [];
      length = 0;
    }
    parts.push(head, nameBytes, value);
    length += bytes;
  }
  if (length > 0) chunks.push(Buffer.concat(parts));
  return chunks;
}
