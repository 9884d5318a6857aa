import { packEntries, unpackEntries } from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SnapshotFormatError } from "../../../packages/core/src/snapshot/bytes.ts";

const name = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const written = fc.record({ name, value: fc.uint8Array({ maxLength: 40 }) });

describe("packed entries", () => {
  it("are unpacked to what was packed, and counted", () => {
    fc.assert(
      fc.property(fc.array(written, { maxLength: 50 }), fc.array(name, { maxLength: 20 }), (entries, gone) => {
        const packed = packEntries(entries, gone);
        const found = [...unpackEntries(packed)];
        const deleted = gone.map((each) => ({ name: each, value: null }));
        expect(found).toEqual([...deleted, ...entries]);
        expect(packed.written).toBe(entries.length);
        expect(packed.gone).toBe(gone.length);
        expect(packed.bytes).toBe(entries.reduce((sum, { value }) => sum + value.length, 0));
      }),
    );
  });

  it("come in chunks of 1,000 and of half a megabyte at most, but for an entry that is larger", () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ name: `n${i}`, value: Uint8Array.of(i) }));
    expect(packEntries(many).chunks.map((chunk) => [...unpackEntries({ chunks: [chunk] })].length)).toEqual([
      1000, 1000, 500,
    ]);
    const sizes = [300_000, 300_000, 200_000, 2_000_000, 10];
    const large = sizes.map((bytes, i) => ({ name: `n${i}`, value: new Uint8Array(bytes) }));
    expect(packEntries(large).chunks.map((chunk) => chunk.length)).toEqual([300_010, 500_020, 2_000_010, 20]);
    expect(packEntries([]).chunks).toEqual([]);
  });

  it("have names of printable ASCII alone", () => {
    expect(() => packEntries([{ name: "ключ", value: new Uint8Array() }])).toThrow(RangeError);
    expect(() => packEntries([], ["a\nb"])).toThrow(RangeError);
  });

  it("are refused where a chunk is cut off", () => {
    const [chunk] = packEntries([{ name: "a", value: Uint8Array.of(1, 2, 3) }]).chunks;
    for (let end = 1; end < chunk!.length; end++) {
      expect(() => [...unpackEntries({ chunks: [chunk!.subarray(0, end)] })], `${end} bytes`).toThrow(
        SnapshotFormatError,
      );
    }
  });
});
