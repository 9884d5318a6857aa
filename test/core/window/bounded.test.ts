import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../../../packages/core/src/snapshot/bytes.ts";
import type { Value } from "../../../packages/core/src/value.ts";
import { BoundedWindow } from "../../../packages/core/src/window/bounded-window.ts";
import { RecentTimes } from "../../../packages/core/src/window/recent-times.ts";
import { FloatField, Records } from "../../../packages/core/src/window/records.ts";

const keep = 5;
const mostValues = 3;
const slots = [1, 2];
/** A ring of times serves windows that keep more, and that are longer, than the one under test. */
const ringKeeps = 9;

interface Event {
  readonly time: number;
  readonly value: Value;
}

class Runner {
  value: Value = null;
  readonly records = new Records();
  readonly newest = new FloatField(this.records, -Infinity);
  readonly times = new RecentTimes(this.records, this.newest);
  readonly window: BoundedWindow;
  readonly lengthMs: number;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
    this.times.need(ringKeeps, lengthMs);
    this.times.need(keep, lengthMs);
    this.times.declare();
    const spec = {
      mode: "sliding",
      sliceMs: null,
      args: [() => this.value],
      aggregates: [
        { fn: "COUNT", arg: null, distinct: false, percent: null, seconds: null },
        { fn: "COUNT", arg: 0, distinct: true, percent: null, seconds: null, atMost: mostValues },
        { fn: "SUM", arg: 0, distinct: false, percent: null, seconds: null },
        { fn: "FIRST", arg: 0, distinct: false, percent: null, seconds: null },
      ],
    } as const;
    this.window = new BoundedWindow(spec, keep, lengthMs, this.times, this.records);
    this.records.grow(Math.max(...slots) + 1);
  }

  add(slot: number, { time, value }: Event): void {
    this.value = value;
    this.times.push(slot, time);
    this.window.dropBefore(slot, time - this.lengthMs + 1);
    this.window.add(slot, time, { row: null, slot, key: [], current: true });
    this.newest.set(slot, time);
  }

  readings(slot: number, bound: number): readonly Value[] {
    this.window.dropBefore(slot, bound);
    return [0, 1, 2, 3].map((aggregate) => this.window.value(slot, aggregate));
  }
}

/** What the window tells of all events from a bound on. */
function expected(events: readonly Event[], bound: number): readonly Value[] {
  const inWindow = events.filter(({ time }) => time >= bound);
  const values = new Set(inWindow.flatMap(({ value }) => (value === null ? [] : [value])));
  const kept = inWindow.slice(-keep);
  const numbers = kept.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  return [
    kept.length,
    Math.min(values.size, mostValues),
    numbers.length === 0 ? null : numbers.reduce((sum, x) => sum + x, 0),
    kept.find(({ value }) => value !== null)?.value ?? null,
  ];
}

describe.each([10, 3_600_000, 30 * 86_400_000])("a bounded window of %i ms", (lengthMs) => {
  const step = fc.record({
    slot: fc.constantFrom(...slots),
    // In tenths of the length: some come together, some leave at once all that was there, some after more than 32 bits tell.
    after: fc.oneof({ weight: 9, arbitrary: fc.nat(6) }, fc.constantFrom(10, 11, 25, 100_000)),
    value: fc.oneof(fc.nat(4), fc.constantFrom(null, "a", "b")),
    saves: fc.boolean(),
  });

  test("tells of the newest events what comparisons can tell apart, just before an event and with it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let runner = new Runner(lengthMs);
        const lists = new Map<number, Event[]>(slots.map((slot) => [slot, []]));
        let time = 1_700_000_000_000;
        for (const { slot, after, value, saves } of steps) {
          time += Math.floor((after * lengthMs) / 10);
          const list = lists.get(slot)!;
          expect(runner.readings(slot, time - lengthMs)).toEqual(expected(list, time - lengthMs));
          const event = { time, value };
          runner.add(slot, event);
          list.push(event);
          expect(runner.readings(slot, time - lengthMs + 1)).toEqual(expected(list, time - lengthMs + 1));
          for (let n = 1; n <= keep; n++) {
            const reached = list.filter((one) => one.time > time - lengthMs).length >= n;
            expect(runner.times.reaches(slot, n, time - lengthMs + 1)).toBe(reached);
          }
          if (saves) runner = moved(runner);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test("a slot that was reset begins anew", () => {
  const runner = new Runner(10);
  for (const time of [100, 101, 104]) runner.add(1, { time, value: 7 });
  runner.window.reset(1);
  runner.times.reset(1);
  runner.newest.clear(1);
  expect(runner.readings(1, 0)).toEqual([0, 0, null, null]);
  runner.add(1, { time: 105, value: 1 });
  expect(runner.readings(1, 96)).toEqual([1, 1, 1, 1]);
});

/** The state of all slots, written and read by another. */
function moved(from: Runner): Runner {
  const to = new Runner(from.lengthMs);
  for (const slot of slots) {
    const out = new ByteWriter();
    from.times.save(slot, out);
    from.window.save(slot, out);
    to.newest.set(slot, from.newest.get(slot));
    const input = new ByteReader(out.bytes());
    to.times.load(slot, input);
    to.window.load(slot, input);
    expect(input.atEnd).toBe(true);
  }
  return to;
}
