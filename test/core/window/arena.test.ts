import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockArena, chunkOf, offsetOf } from "../../../packages/core/src/window/block-arena.ts";
import { IntColumn } from "../../../packages/core/src/window/ring-columns.ts";
import { SlotRings } from "../../../packages/core/src/window/slot-rings.ts";
import { SortedNumbers } from "../../../packages/core/src/window/sorted-numbers.ts";
import { randomNumbers } from "./random.ts";

describe("an arena", () => {
  test("never hands a cell out twice, and has every cell back in the end", () => {
    const operation = fc.record({ bits: fc.integer({ min: 1, max: 9 }), release: fc.nat(30), keep: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { size: "max", maxLength: 400 }), (operations) => {
        const cells = new IntColumn();
        const arena = new BlockArena([cells]);
        const live: { block: number; bits: number; mark: number }[] = [];
        const check = ({ block, bits, mark }: (typeof live)[number]): void => {
          const own = cells.chunks[chunkOf(block)]!.subarray(offsetOf(block), offsetOf(block) + 2 ** bits);
          expect(own.length).toBe(2 ** bits);
          expect(own.every((cell) => cell === mark)).toBe(true);
        };
        for (const [mark, { bits, release, keep }] of operations.entries()) {
          const block = arena.allocate(bits);
          cells.chunks[chunkOf(block)]!.fill(mark, offsetOf(block), offsetOf(block) + 2 ** bits);
          live.push({ block, bits, mark });
          if (keep) continue;
          const [gone] = live.splice(release % live.length, 1);
          check(gone!);
          arena.release(gone!.block, gone!.bits);
        }
        expect(arena.usedCells).toBe(live.reduce((sum, { bits }) => sum + 2 ** bits, 0));
        for (const one of live) check(one);
        for (const one of live) arena.release(one.block, one.bits);
        expect(arena.usedCells).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("joins small blocks to large ones again", () => {
    const arena = new BlockArena([]);
    const blocks = Array.from({ length: 4096 }, () => arena.allocate(1));
    const { cells } = arena;
    for (const block of blocks) arena.release(block, 1);
    for (let i = 0; i < 32; i++) arena.allocate(6);
    expect(arena.cells).toBeLessThanOrEqual(cells);
  });

  test("gives a block larger than a chunk a chunk of its own, and that back", () => {
    const cells = new IntColumn();
    const arena = new BlockArena([cells]);
    const block = arena.allocate(18);
    expect(cells.chunks[chunkOf(block)]!.length).toBe(2 ** 18);
    arena.release(block, 18);
    expect(arena.cells).toBe(0);
  });
});

describe("rings", () => {
  test("of slots that come and go take no more memory than those that are there", () => {
    const ring = new SlotRings([new IntColumn()]);
    ring.grow(1000);
    const random = randomNumbers(5);
    const fill = (slot: number): void => {
      const events = 1 + Math.floor(random() * 100);
      for (let t = 0; t < events; t++) ring.push(slot);
    };
    for (let slot = 0; slot < 1000; slot++) fill(slot);
    const before = ring.cells;
    for (let round = 0; round < 50_000; round++) {
      const slot = Math.floor(random() * 1000);
      ring.clear(slot);
      fill(slot);
    }
    expect(ring.cells).toBeLessThan(1.3 * before);
    for (let slot = 0; slot < 1000; slot++) ring.clear(slot);
    expect(ring.cells).toBeLessThanOrEqual(1024);
  });

  test("that grow together leave little behind", () => {
    const ring = new SlotRings([new IntColumn()]);
    ring.grow(2000);
    for (let t = 0; t < 100; t++) for (let slot = 0; slot < 2000; slot++) ring.push(slot);
    // 100 events take a block of 128; chunks grow by halves.
    expect(ring.cells).toBeLessThan(2000 * 128 * 1.5);
  });

  test("give most memory back when a burst is over, before they are empty", () => {
    const ring = new SlotRings([new IntColumn()]);
    ring.grow(1);
    for (let t = 0; t < 100_000; t++) ring.push(0);
    for (let t = 1; t <= 99_990; t++) ring.shiftTo(0, t);
    expect(ring.cells).toBeLessThanOrEqual(2 ** 15);
    expect(ring.first(0)).toBe(99_990);
    expect(ring.length(0)).toBe(10);
  });
});

test("sorted numbers stay sorted over thousands of additions and removals", () => {
  const random = randomNumbers(6);
  const sorted = new SortedNumbers();
  const plain: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const grow = i % 8000 < 5000;
    if (grow || random() < 0.1 || plain.length === 0) {
      const x = Math.floor(random() * 3000);
      plain.push(x);
      sorted.add(x);
    } else sorted.remove(plain.splice(Math.floor(random() * plain.length), 1)[0]!);
    if (i % 997 !== 0) continue;
    const expected = [...plain].sort((a, b) => a - b);
    expect(sorted.length).toBe(plain.length);
    expect(expected.map((_, rank) => sorted.at(rank))).toStrictEqual(expected);
  }
});
