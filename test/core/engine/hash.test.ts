import fc from "fast-check";
import { expect, test } from "vitest";
import { hash128 } from "../../../packages/core/src/engine/hash.ts";

test("a hash is 32 hexadecimal digits and the same each time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(hash128(text)).toMatch(/^[0-9a-f]{32}$/);
      expect(hash128(text)).toBe(hash128(text));
    }),
  );
});

test("texts that differ a little have different hashes", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) seen.add(hash128(`["","burst","firing","user-${i % 1000}",${i},${i}]`));
  expect(seen.size).toBe(200_000);
});

test("every unit of a text counts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), fc.nat(), (text, at) => {
      const i = at % text.length;
      const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
      expect(hash128(changed)).not.toBe(hash128(text));
    }),
  );
});
