import { maxBlockBytes } from "../limits.ts";
import { ReadError } from "../read-error.ts";
import { AvroDataError } from "./avro-data-error.ts";
import { crc32 } from "./crc32.ts";
import { expandSnappy } from "./snappy.ts";

/** Makes a block's data readable. Throws `AvroDataError` where it is damaged. */
export type Codec = (data: Uint8Array) => Promise<Uint8Array>;

/** The codec that a file names. Throws `unsupported-avro` for one that we do not have. */
export function codecNamed(name: string): Codec {
  switch (name) {
    case "null":
      return (data) => Promise.resolve(data);
    case "deflate":
      return inflateRaw;
    case "snappy":
      return (data) => new Promise((done) => done(checkedSnappy(data)));
    default:
      throw new ReadError("unsupported-avro", `the file is compressed with \`${name}\``, {
        hint: "write it with codec null, deflate or snappy",
      });
  }
}

async function inflateRaw(data: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(data)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
      if (length > maxBlockBytes) break;
    }
  } catch (error) {
    throw new AvroDataError("the deflate data is damaged", { cause: error });
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (length > maxBlockBytes) throw new AvroDataError(`the block expands to more than ${maxBlockBytes} bytes`);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** In Avro a Snappy block ends with the big-endian CRC-32 of what it expands to. */
function checkedSnappy(data: Uint8Array): Uint8Array {
  if (data.length < 4) throw new AvroDataError("the Snappy data is damaged");
  const expanded = expandSnappy(data.subarray(0, -4), maxBlockBytes);
  const sum = new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0);
  if (sum !== crc32(expanded)) throw new AvroDataError("the checksum of the Snappy data is wrong");
  return expanded;
}
