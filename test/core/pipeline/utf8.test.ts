import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8 } from "../../../packages/core/src/pipeline/text/utf8.ts";

test("bytes read as the platform reads them, also those that are no UTF-8", () => {
  const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = new TextEncoder().encode(text);
      expect(decodeUtf8(bytes)).toBe(decode(bytes));
    }),
  );
  const byte = fc.oneof(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc1, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff),
    fc.nat(255),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
      const bytes = Uint8Array.from(list);
      expect(decodeUtf8(bytes)).toBe(decode(bytes));
    }),
    { numRuns: 2000 },
  );
  expect(decodeUtf8(new TextEncoder().encode("é😀".repeat(5000)))).toBe("é😀".repeat(5000));
});
