import * as fc from "fast-check";
import type { EvalContext } from "../../../packages/core/src/evaluate.ts";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { createWindowStore } from "../../../packages/core/src/window/create-window-store.ts";
import type { AggregateSpec, WindowSpec, WindowStore } from "../../../packages/core/src/window/window-store.ts";

/** What may happen to a slot. */
export type Step =
  | { readonly do: "add"; readonly slot: number; readonly after: number; readonly value: Value }
  | { readonly do: "drop"; readonly slot: number; readonly back: number; readonly holds: boolean }
  | { readonly do: "trim"; readonly slot: number; readonly count: number }
  | { readonly do: "reset"; readonly slot: number };

export const SLOTS = 3;

const small = fc.integer({ min: -5, max: 5 });
const extreme = fc.constantFrom(
  1e15,
  -1e15,
  1e100,
  -1e100,
  1e160,
  1e300,
  -1e300,
  1e-300,
  5e-324,
  -0,
  1.7e308,
  -1.7e308,
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: small },
  { weight: 4, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(12.34, 12.34, 0.1) },
  // Far from 0 and close together: what variances cancel on.
  { weight: 2, arbitrary: small.map((n) => 1e9 + n * 1e-6) },
  { weight: 1, arbitrary: extreme },
);

const nearlyEqual: fc.Arbitrary<number> = fc.oneof(
  { weight: 9, arbitrary: small.map((n) => 1e9 + n * 1e-7) },
  { weight: 1, arbitrary: fc.constantFrom(1e15, -1e15, 1e200) },
);

const mostlyNull: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<Value>(1, -0, 0, "a", "b") },
);

export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: anyNumber },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom("", "a", "b", "1", "\0", "\0T", "\0s1:a") },
  { weight: 1, arbitrary: small.map((n) => new Time(n)) },
  { weight: 1, arbitrary: small.map((n) => new Duration(n)) },
  { weight: 1, arbitrary: fc.constantFrom<Value>([], [1], ["1"], {}, { a: 1, b: [2] }, { b: [2], a: 1 }, { a: null }) },
);

const slot = fc.integer({ min: 0, max: SLOTS - 1 });

export function anyScript(value: fc.Arbitrary<Value>): fc.Arbitrary<Step[]> {
  const step = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant("add" as const),
        slot,
        after: fc.constantFrom(0, 0, 1, 3, 10),
        value,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("drop" as const),
        slot,
        back: fc.integer({ min: -1, max: 60 }),
        holds: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("trim" as const), slot, count: fc.integer({ min: 0, max: 12 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const), slot }) },
  );
  // Without a size fast-check makes scripts of some ten steps, in which rings never grow.
  return fc.array(step, { maxLength: 150, size: "max" });
}

const plain = { arg: 0, distinct: false, percent: null, seconds: null } as const;

export const allAggregates: readonly AggregateSpec[] = [
  { ...plain, fn: "COUNT", arg: null },
  { ...plain, fn: "RATE", arg: null, seconds: 60 },
  { ...plain, fn: "COUNT" },
  { ...plain, fn: "COUNT", distinct: true },
  { ...plain, fn: "SUM" },
  { ...plain, fn: "AVG" },
  { ...plain, fn: "MIN" },
  { ...plain, fn: "MAX" },
  { ...plain, fn: "STDDEV" },
  { ...plain, fn: "STDDEV_POP" },
  { ...plain, fn: "VARIANCE" },
  { ...plain, fn: "MEDIAN" },
  { ...plain, fn: "PERCENTILE", percent: 29 },
  { ...plain, fn: "PERCENTILE", percent: 100 },
  { ...plain, fn: "FIRST" },
  { ...plain, fn: "LAST" },
  { ...plain, fn: "APPROX_DISTINCT" },
  { ...plain, fn: "APPROX_PERCENTILE", percent: 90 },
];

export interface Mode {
  readonly name: string;
  readonly mode: WindowSpec["mode"];
  readonly sliceMs: number | null;
  /** Whether what left is taken back, up to an age of 40. */
  readonly takesBack?: boolean;
}

const backMs = 40;

export const modes: readonly Mode[] = [
  { name: "growing", mode: "growing", sliceMs: null },
  { name: "sliding by event", mode: "sliding", sliceMs: null },
  { name: "sliding by slice", mode: "sliding", sliceMs: 7 },
  { name: "sliding by event and back", mode: "sliding", sliceMs: null, takesBack: true },
  { name: "sliding by slice and back", mode: "sliding", sliceMs: 7, takesBack: true },
];

const context: EvalContext = { row: null, slot: 0, key: [], current: true };

/** Window stores of all aggregates that run a script, beside the plain list of what is in each window. */
export class Runner {
  readonly #mode: Mode;
  readonly #aggregates: readonly AggregateSpec[];
  store: WindowStore;
  readonly lists: { time: number; value: Value }[][] = Array.from({ length: SLOTS }, () => []);
  /** All that came since the slot was reset. */
  readonly #all: { time: number; value: Value }[][] = Array.from({ length: SLOTS }, () => []);
  readonly #now: number[] = Array.from({ length: SLOTS }, () => -20);
  #value: Value = null;

  constructor(mode: Mode, aggregates: readonly AggregateSpec[] = allAggregates) {
    this.#mode = mode;
    this.#aggregates = aggregates;
    this.store = this.fresh();
  }

  fresh(): WindowStore {
    const { mode, sliceMs, takesBack } = this.#mode;
    const store = createWindowStore({
      mode,
      sliceMs,
      args: [() => this.#value],
      aggregates: this.#aggregates,
      ...(takesBack === true ? { backMs } : {}),
    });
    store.grow(SLOTS);
    return store;
  }

  run(step: Step): void {
    const { mode, sliceMs, takesBack } = this.#mode;
    const list = this.lists[step.slot]!;
    const all = this.#all[step.slot]!;
    const begin = (time: number): number => (sliceMs === null ? time : Math.floor(time / sliceMs) * sliceMs);
    switch (step.do) {
      case "add":
        this.#now[step.slot]! += step.after;
        this.#value = step.value;
        this.store.add(step.slot, this.#now[step.slot]!, context);
        list.push({ time: this.#now[step.slot]!, value: step.value });
        all.push({ time: this.#now[step.slot]!, value: step.value });
        break;
      case "drop": {
        if (mode === "growing") break;
        if (takesBack === true && step.holds) {
          const from = this.#now[step.slot]! - Math.min(step.back, backMs);
          this.store.holdFrom(step.slot, from);
          list.splice(0, list.length, ...all.filter(({ time }) => begin(time) >= from));
          break;
        }
        const bound = this.#now[step.slot]! - step.back;
        this.store.dropBefore(step.slot, bound);
        while (list.length > 0 && begin(list[0]!.time) < bound) list.shift();
        break;
      }
      case "trim":
        if (mode === "growing" || sliceMs !== null) break;
        this.store.trimTo(step.slot, step.count);
        while (list.length > step.count) list.shift();
        break;
      case "reset":
        this.store.reset(step.slot);
        list.length = 0;
        all.length = 0;
        break;
    }
  }

  values(slot: number): Value[] {
    return this.#aggregates.map((_, i) => this.store.value(slot, i));
  }
}

export const kinds: readonly { readonly kind: string; readonly script: fc.Arbitrary<Step[]> }[] = [
  { kind: "values of all types", script: anyScript(anyValue) },
  { kind: "numbers", script: anyScript(anyNumber) },
  { kind: "nearly equal numbers", script: anyScript(nearlyEqual) },
  { kind: "NULLs, mostly", script: anyScript(mostlyNull) },
];
