import kafkajs from "kafkajs";
import type { Codec } from "./codec.ts";
import { gzipCodec } from "./gzip.ts";
import { lz4Codec } from "./lz4.ts";
import { snappyCodec } from "./snappy.ts";
import { zstdCodec } from "./zstd.ts";

/**
 * Lets kafkajs read and write all of Kafka's codecs, none of which inflates a batch to more than `maxBytes`.
 *
 * The table is one for all clients of the process; the client's own gzip codec, which has no bound, is replaced in it.
 */
export function registerCodecs(maxBytes: number): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const codecs = new Map<number, Codec>([
    [CompressionTypes.GZIP, gzipCodec(maxBytes)],
    [CompressionTypes.Snappy, snappyCodec(maxBytes)],
    [CompressionTypes.LZ4, lz4Codec(maxBytes)],
    [CompressionTypes.ZSTD, zstdCodec(maxBytes)],
  ]);
  const table: Record<number, () => Codec> = CompressionCodecs;
  for (const [type, codec] of codecs) table[type] = () => codec;
}
