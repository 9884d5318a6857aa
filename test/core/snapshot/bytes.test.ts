import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader, ByteWriter, SnapshotFormatError } from "../../../packages/core/src/snapshot/bytes.ts";

const text = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  // Every length around those at which texts are read in another way.
  fc.integer({ min: 0, max: 70 }).map((length) => "ab\u00ff\0".repeat(18).slice(0, length)),
  fc.integer({ min: 4090, max: 4100 }).map((length) => "x".repeat(length)),
  fc.constantFrom("\ud800", "a\udc00b", "\u0100".repeat(4097)),
);

describe("what is written", () => {
  it("is read back, texts to the UTF-16 unit, and whole numbers up to 2^53 − 1", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.maxSafeNat(), fc.double()), { maxLength: 20 }), (items) => {
        const out = new ByteWriter();
        for (const item of items) {
          if (typeof item === "string") out.text(item);
          else if (Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0)) out.uint(item);
          else out.float(item);
        }
        const input = new ByteReader(out.bytes());
        for (const item of items) {
          if (typeof item === "string") expect(input.text()).toBe(item);
          else if (Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0)) expect(input.uint()).toBe(item);
          else expect(input.float()).toBe(item);
        }
        expect(input.atEnd).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused where its end is missing, wherever it was cut", () => {
    const out = new ByteWriter();
    out.text("a key of some length, so that it is read in pieces of four");
    out.uint(300);
    const bytes = out.bytes();
    for (let end = 0; end < bytes.length; end++) {
      const input = new ByteReader(bytes.subarray(0, end));
      expect(() => [input.text(), input.uint()], `${end} bytes`).toThrow(SnapshotFormatError);
    }
  });
});
