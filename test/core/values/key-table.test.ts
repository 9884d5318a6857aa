import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyTable } from "../../../packages/core/src/values/key-table.ts";

/** Texts of four units whose hashes are the same: the second pair undoes what the first one made. */
function colliding(count: number): readonly string[] {
  const multiplier = 0x9e3779b1;
  const rounds = (pair: number): number => {
    const hash = Math.imul(4 ^ pair, multiplier);
    return hash ^ (hash >>> 15);
  };
  return Array.from({ length: count }, (_, i) => {
    const first = 0x00610000 + i;
    const second = rounds(first) ^ 0x12345678;
    return String.fromCharCode(first & 0xffff, first >>> 16, second & 0xffff, (second >>> 16) & 0xffff);
  });
}

describe("a table of keys", () => {
  test("finds what a map finds, whatever comes and goes", () => {
    const name = fc.oneof(
      fc.constantFrom("", "a", "b", "ab", "ba", 0, 1, -1, 0.5, 2 ** 31, 2 ** 40, Number.MAX_VALUE),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.integer({ min: 0, max: 200 }),
      fc.double({ noNaN: true }),
    );
    const step = fc.record({ name, adds: fc.boolean(), space: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, spaced) => {
        const table = new KeyTable();
        const spaces = [0, 1, 2, 3].map(() => new Map<string | number, number>());
        const free: number[] = [];
        for (const { name: key, adds, space: given } of steps) {
          const space = spaced ? given : 0;
          const model = spaces[space]!;
          const known = model.get(key);
          expect(table.find(key, space)).toBe(known ?? -1);
          if (adds && known === undefined) {
            const slot = free.pop() ?? table.size;
            expect(table.add(key, slot, space)).toBe(true);
            expect(table.add(key, slot + 1, space)).toBe(false);
            model.set(key, slot);
          } else if (!adds && known !== undefined) {
            expect(table.remove(known)).toBe(true);
            expect(table.remove(known)).toBe(false);
            model.delete(key);
            free.push(known);
          }
          expect(table.live).toBe(spaces.reduce((sum, { size }) => sum + size, 0));
        }
        for (const [space, model] of spaces.entries()) {
          for (const [key, slot] of model) {
            expect(table.find(key, space)).toBe(slot);
            expect(table.name(slot) === key).toBe(true);
            if (spaced || typeof key !== "string" || key === "" || hasWideUnit(key)) continue;
            const bytes = Buffer.from(`..${key}.`, "latin1");
            expect(table.findNarrow(bytes, 2, key.length)).toBe(slot);
            expect(table.findNarrow(bytes, 2, key.length + 1)).toBe(model.get(`${key}.`) ?? -1);
          }
        }
      }),
    );
  });

  test("keeps names whose hashes are the same apart", () => {
    const names = colliding(5000);
    expect(new Set(names).size).toBe(5000);
    for (const space of [() => 0, (i: number) => 1 + (i % 3)]) {
      const table = new KeyTable();
      names.forEach((name, i) => table.add(name, i + 1, space(i)));
      names.forEach((name, i) => expect(table.find(name, space(i))).toBe(i + 1));
      // They do collide: those behind the first found no place near their hash.
      expect(table.crowded).toBeGreaterThan(4500);
      for (let i = 0; i < names.length; i += 2) table.remove(i + 1);
      names.forEach((name, i) => expect(table.find(name, space(i))).toBe(i % 2 === 0 ? -1 : i + 1));
    }
  });

  test("grows once where room was made, shrinks as names go, and counts slots from 1", () => {
    const table = new KeyTable();
    table.reserve(100_000);
    const { cells } = table;
    expect(cells).toBeGreaterThan(100_000);
    for (let i = 1; i <= 100_000; i++) table.add(`key ${i}`, i, 0);
    expect(table.cells).toBe(cells);
    expect(table.size).toBe(100_001);
    for (let i = 1; i < 100_000; i++) table.remove(i);
    expect(table.cells).toBeLessThan(100);
    expect(table.live).toBe(1);
    expect(table.find("key 100000", 0)).toBe(100_000);
    expect(table.find("key 1", 0)).toBe(-1);
  });
});

/** Whether the text is not one byte a unit, or holds NUL. */
function hasWideUnit(text: string): boolean {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).some((unit) => unit === 0 || unit > 0xff);
}
