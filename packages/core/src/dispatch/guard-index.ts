import { fromHost } from "../values/from-host.ts";
import type { Guard, Plain } from "./guard.ts";
import { IntervalIndex } from "./interval-index.ts";

interface FieldIndex {
  readonly field: string;
  /** One item, or a list of them: most values are one rule's. */
  readonly equal: Map<Plain, number | number[]>;
  readonly ranges: IntervalIndex | null;
}

/** With more fields than this it is the fields of the event that are looked up. */
const manyFields = 8;
/** Below so many guarded items looking at each is as quick. */
const fewest = 8;

/**
 * Finds, of many items with guards, those whose guard an event meets: by a map for equality, by intervals for ranges. Items are
 * positions in a list, found in its order.
 */
export class GuardIndex {
  readonly #always: Int32Array;
  readonly #fields: readonly FieldIndex[];
  readonly #byName: ReadonlyMap<string, FieldIndex>;
  #found = new Int32Array(16);
  #count = 0;
  /** From how many lists what was found comes: one is in order by itself. */
  #sources = 0;
  /** Whether some item can be found in more ways than one. */
  #several = false;
  readonly #add = (item: number): void => {
    if (this.#count === this.#found.length) this.#widen();
    this.#found[this.#count++] = item;
  };

  /** The guard of each item, or several of which one is to be met; `null`: it is always found. */
  constructor(guards: readonly (Guard | readonly Guard[] | null)[]) {
    const guarded = guards.filter((guard) => guard !== null).length >= fewest ? guards : guards.map(() => null);
    this.#always = Int32Array.from(guarded.flatMap((guard, item) => (guard === null ? [item] : [])));
    const byField = new Map<
      string,
      { equal: Map<Plain, number | number[]>; ranges: { low: number; high: number; item: number }[] }
    >();
    guarded.forEach((guard, item) => {
      const all = guard === null ? [] : "kind" in guard ? [guard] : guard;
      if (all.length > 1) this.#several = true;
      for (const one of all) {
        const index = byField.get(one.field) ?? { equal: new Map<Plain, number | number[]>(), ranges: [] };
        byField.set(one.field, index);
        if (one.kind === "range") index.ranges.push({ low: one.low, high: one.high, item });
        else for (const value of one.values) addTo(index.equal, value, item);
      }
    });
    this.#fields = [...byField].map(([field, { equal, ranges }]) => ({
      field,
      equal,
      ranges: ranges.length === 0 ? null : new IntervalIndex(ranges),
    }));
    this.#byName = new Map(this.#fields.map((index) => [index.field, index]));
  }

  /** Whether every item is found by every event. */
  get isTrivial(): boolean {
    return this.#fields.length === 0;
  }

  /** Finds the items for an event; how many there are. `at` gives them. */
  find(data: Readonly<Record<string, unknown>>): number {
    this.#count = 0;
    for (const item of this.#always) this.#add(item);
    this.#sources = this.#count > 0 ? 1 : 0;
    if (this.#fields.length <= manyFields) for (const index of this.#fields) this.#look(index, data[index.field]);
    else {
      for (const name of Object.keys(data)) {
        const index = this.#byName.get(name);
        if (index !== undefined) this.#look(index, data[name]);
      }
    }
    if (this.#sources > 1) {
      this.#found.subarray(0, this.#count).sort();
      if (this.#several) this.#dropRepeated();
    }
    return this.#count;
  }

  #look({ equal, ranges }: FieldIndex, x: unknown): void {
    const before = this.#count;
    const value = typeof x === "string" || typeof x === "number" ? x : fromHost(x);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return;
    const items = equal.get(value);
    if (typeof items === "number") this.#add(items);
    else if (items !== undefined) for (const item of items) this.#add(item);
    if (ranges !== null && typeof value === "number") {
      ranges.query(value, this.#add);
      // Found in order of their bounds.
      this.#sources++;
    }
    if (this.#count > before) this.#sources++;
  }

  at(i: number): number {
    return this.#found[i]!;
  }

  #dropRepeated(): void {
    const found = this.#found;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) if (kept === 0 || found[i] !== found[kept - 1]) found[kept++] = found[i]!;
    this.#count = kept;
  }

  #widen(): void {
    const found = new Int32Array(2 * this.#found.length);
    found.set(this.#found);
    this.#found = found;
  }
}

function addTo(map: Map<Plain, number | number[]>, value: Plain, item: number): void {
  const items = map.get(value);
  if (items === undefined) map.set(value, item);
  else if (typeof items === "number") {
    if (items !== item) map.set(value, [items, item]);
  } else if (items.at(-1) !== item) items.push(item);
}
