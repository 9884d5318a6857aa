import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Codec } from "../../../packages/connectors/src/kafka/codecs/codec.ts";
import { gzipCodec } from "../../../packages/connectors/src/kafka/codecs/gzip.ts";
import { lz4Codec } from "../../../packages/connectors/src/kafka/codecs/lz4.ts";
import { snappyCodec } from "../../../packages/connectors/src/kafka/codecs/snappy.ts";
import { zstdCodec } from "../../../packages/connectors/src/kafka/codecs/zstd.ts";

const codecs: Readonly<Record<string, (maxBytes: number) => Codec>> = {
  gzip: gzipCodec,
  snappy: snappyCodec,
  lz4: lz4Codec,
  zstd: zstdCodec,
};

// Text that repeats itself at short and long distances, and bytes that do not.
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(
      fc.tuple(fc.constantFrom("a", "ab", `{"user":"u1","amount":`, "x".repeat(70)), fc.integer({ max: 500, min: 1 })),
    )
    .map((parts) => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join(""))),
);

describe.each(Object.entries(codecs))("%s", (_, create) => {
  const codec = create(10_000_000);

  test("inflates to what was compressed", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        const packed = await codec.compress({ buffer: Buffer.from(input) });
        expect((await codec.decompress(packed)).equals(Buffer.from(input))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("makes text that repeats itself smaller", async () => {
    const input = Buffer.from(JSON.stringify({ user: "u1", amount: 12.5 }).repeat(5000));
    expect((await codec.compress({ buffer: input })).length).toBeLessThan(input.length / 4);
  });

  test("refuses to inflate beyond its bound", async () => {
    const packed = await codec.compress({ buffer: Buffer.alloc(100_000) });
    await expect(create(99_999).decompress(packed)).rejects.toThrow();
    await expect(create(100_000).decompress(packed)).resolves.toHaveLength(100_000);
  });

  test("rejects damaged bytes, or gives other ones, but never hangs", async () => {
    const packed = await codec.compress({ buffer: Buffer.from("some text, some text, some text".repeat(50)) });
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length), async (at, byte, length) => {
        const damaged = Buffer.from(packed.subarray(0, length));
        if (at < length) damaged[at] = byte;
        const result = await codec.decompress(damaged).catch(() => null);
        expect(result === null || result.length <= 10_000_000).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test("a block of 64 KB that ends in a repetition keeps the last bytes as literals, as LZ4 asks for", async () => {
  const codec = lz4Codec(1_000_000);
  const input = Buffer.alloc(65_536 + 13, "z");
  expect((await codec.decompress(await codec.compress({ buffer: input }))).equals(input)).toBe(true);
});
