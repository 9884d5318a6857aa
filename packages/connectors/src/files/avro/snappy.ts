import { AvroDataError } from "./avro-data-error.ts";

/**
 * Expands a block of Snappy's raw format.
 *
 * Source  https://github.com/google/snappy/blob/main/format_description.txt
 */
export function expandSnappy(bytes: Uint8Array, maxBytes: number): Uint8Array {
  let at = 0;
  const next = (): number => {
    if (at >= bytes.length) throw damaged();
    return bytes[at++]!;
  };
  const littleEndian = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += next() * 256 ** i;
    return value;
  };

  let length = 0;
  for (let unit = 1, more = true; more; unit *= 128) {
    const byte = next();
    length += (byte & 0x7f) * unit;
    more = byte >= 0x80;
    if (length > maxBytes || unit > 2 ** 35) {
      throw new AvroDataError(`the block expands to more than ${maxBytes} bytes`);
    }
  }
  const out = new Uint8Array(length);
  let end = 0;

  while (at < bytes.length) {
    const tag = next();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const size = (short < 60 ? short : littleEndian(short - 59)) + 1;
      if (at + size > bytes.length || end + size > length) throw damaged();
      out.set(bytes.subarray(at, at + size), end);
      at += size;
      end += size;
      continue;
    }
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = kind === 1 ? (tag >> 5) * 256 + next() : littleEndian(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > end || end + size > length) throw damaged();
    // Byte by byte: what is copied may overlap with what it makes.
    for (let i = 0; i < size; i++, end++) out[end] = out[end - distance]!;
  }
  if (end !== length) throw damaged();
  return out;
}

function damaged(): AvroDataError {
  return new AvroDataError("the Snappy data is damaged");
}
