import { EventInput, GrowingInput } from "./bag-input.ts";
import { ConditionalCount } from "./conditional-count.ts";
import { DistinctBag } from "./distinct-bag.ts";
import { DistinctEvents } from "./distinct-events.ts";
import { EventRing } from "./event-ring.ts";
import { Extremum } from "./extremum.ts";
import { FirstValue } from "./first-value.ts";
import { GrowingWindow } from "./growing-window.ts";
import { HyperLogLog } from "./hyper-log-log.ts";
import { LastValue } from "./last-value.ts";
import { Moments } from "./moments.ts";
import { numberEncoder } from "./number-encoder.ts";
import { type NamedRecent, PanedWindow } from "./paned-window.ts";
import type { AggregateReader, Bag, Encoder, NamedPart, Part, ReadAggregate } from "./part.ts";
import { RecentValues } from "./recent-values.ts";
import { Records } from "./records.ts";
import { QuantileSketch } from "./quantile-sketch.ts";
import { SlicedInput } from "./sliced-input.ts";
import { SlicedMoments } from "./sliced-moments.ts";
import { SortedBag } from "./sorted-bag.ts";
import type { AggregateSpec, WindowSpec, WindowStore } from "./window-store.ts";

/** The windows of a group with the aggregates of `spec`. What several aggregates need is kept once. */
export function createWindowStore(spec: WindowSpec, records: Records = new Records()): WindowStore {
  const ring = spec.mode === "growing" ? null : new EventRing(records);
  const parts = new Parts(ring, spec, records);
  const readers = spec.aggregates.map((aggregate) => parts.reader(aggregate));
  if (ring !== null && spec.sliceMs === null) {
    return new PanedWindow(spec, parts.finish(), ring, null, readers, parts.recents);
  }
  const events = parts.events();
  if (ring === null) return new GrowingWindow(spec.args, parts.finish(), events, readers, records);
  return new PanedWindow(spec, parts.finish(), ring, events, readers, parts.recents);
}

/** Makes the parts that the aggregates call for, each once. */
class Parts {
  readonly #ring: EventRing | null;
  readonly #spec: WindowSpec;
  readonly #sliced: boolean;
  readonly #records: Records;
  readonly #parts = new Map<string, Part>();
  readonly #moments = new Map<number, Moments>();
  readonly recents: NamedRecent[] = [];
  /** The bags that take the same codes of the same argument. */
  readonly #bags = new Map<string, { readonly arg: number; readonly encoder: Encoder; readonly bags: Bag[] }>();

  constructor(ring: EventRing | null, spec: WindowSpec, records: Records) {
    this.#records = records;
    this.#ring = ring;
    this.#spec = spec;
    this.#sliced = ring !== null && spec.sliceMs !== null;
  }

  finish(): NamedPart[] {
    for (const [name, { arg, encoder, bags }] of this.#bags) {
      const ring = this.#ring;
      if (ring === null) this.#parts.set(name, new GrowingInput(arg, encoder, bags));
      else if (!this.#sliced) this.#parts.set(name, new EventInput(arg, encoder, bags, ring));
      else {
        for (const bag of bags) this.#parts.set(`${name} ${bag.name}`, new SlicedInput(arg, encoder, bag, ring));
      }
    }
    this.#bags.clear();
    return [...this.#parts].map(([name, part]) => ({ name, part }));
  }

  /** Counts the events, where the ring's panes do not. */
  events(): ConditionalCount {
    return this.#part("events", () => new ConditionalCount(null, this.#ring, this.#sliced, this.#records));
  }

  reader(aggregate: AggregateSpec): AggregateReader {
    const { fn, arg, distinct, seconds } = aggregate;
    if (fn === "RATE" || arg === null) return this.#eventReader(fn === "RATE" ? seconds : 1);
    switch (fn) {
      case "COUNT": {
        const ring = this.#ring;
        const name = this.#argName(arg);
        if (distinct && ring !== null && !this.#sliced && aggregate.atMost !== undefined) {
          const recent = this.#recentOf(name, arg, aggregate.atMost);
          return reader(recent, "count", "number", (slot) => recent.count(slot));
        }
        if (distinct && ring !== null && !this.#sliced) {
          const events = this.#part(`distinct ${name}`, () => new DistinctEvents(arg, ring, this.#records));
          return reader(events, "count", "number", (slot) => events.count(slot));
        }
        if (distinct) {
          const bag = this.#ownBag("distinct", arg, () => new DistinctBag(this.#records));
          return reader(bag, "count", "number", (slot) => bag.count(slot));
        }
        const count = this.#part(
          `count ${name}`,
          () => new ConditionalCount(arg, this.#ring, this.#sliced, this.#records),
        );
        return reader(count, "value", "number", (slot) => count.value(slot));
      }
      case "MIN":
      case "MAX": {
        const extremum = this.#part(
          `${fn} ${this.#argName(arg)}`,
          () => new Extremum(arg, fn, this.#ring, this.#records),
        );
        return reader(extremum, "value", "value", (slot) => extremum.value(slot));
      }
      case "FIRST": {
        const first = this.#part(`first ${this.#argName(arg)}`, () => new FirstValue(arg, this.#ring, this.#records));
        return reader(first, "value", "value", (slot) => first.value(slot));
      }
      case "LAST": {
        const last = this.#part(`last ${this.#argName(arg)}`, () => new LastValue(arg, this.#ring, this.#records));
        return reader(last, "value", "value", (slot) => last.value(slot));
      }
      case "APPROX_DISTINCT": {
        const sketch = this.#ownBag("hyper-log-log", arg, () => new HyperLogLog(this.#ring === null));
        return reader(sketch, "estimate", "number", (slot) => sketch.estimate(slot));
      }
      case "MEDIAN":
      case "PERCENTILE": {
        const percent = fn === "MEDIAN" ? 50 : (aggregate.percent ?? 50);
        const sorted = this.#numberBag(arg, SortedBag, () => new SortedBag());
        return reader(sorted, "percentile", "number?", (slot) => sorted.percentile(slot, percent), percent);
      }
      case "APPROX_PERCENTILE": {
        const percent = aggregate.percent ?? 50;
        const sketch = this.#numberBag(arg, QuantileSketch, () => new QuantileSketch());
        return reader(sketch, "percentile", "number?", (slot) => sketch.percentile(slot, percent), percent);
      }
      case "SUM": {
        const moments = this.#momentsOf(arg);
        return reader(moments, "sum", "number?", (slot) => moments.sum(slot));
      }
      case "AVG": {
        const moments = this.#momentsOf(arg);
        return reader(moments, "mean", "number?", (slot) => moments.mean(slot));
      }
      case "STDDEV":
      case "STDDEV_POP": {
        const moments = this.#momentsOf(arg);
        const less = fn === "STDDEV" ? 1 : 0;
        return reader(moments, "deviation", "number?", (slot) => moments.deviation(slot, less), less);
      }
      case "VARIANCE": {
        const moments = this.#momentsOf(arg);
        return reader(moments, "variance", "number?", (slot) => moments.variance(slot, 1), 1);
      }
      default:
        throw new Error(`no window computes ${String(fn satisfies never)}`);
    }
  }

  /** COUNT(), and RATE() per `seconds`. */
  #eventReader(seconds: number | null): AggregateReader {
    const ring = this.#ring;
    const unsliced = ring !== null && !this.#sliced ? ring : null;
    const events = unsliced === null ? this.events() : null;
    const count: (slot: number) => number =
      unsliced === null ? (slot) => events!.value(slot) : (slot) => unsliced.length(slot);
    // NULL of a window without a length: a number divided by NaN is no number.
    const divisor = seconds ?? Number.NaN;
    return {
      read: divisor === 1 ? count : (slot) => (Number.isNaN(divisor) ? null : count(slot) / divisor),
      target: unsliced ?? events!,
      method: unsliced === null ? "value" : "length",
      args: [],
      divisor,
      gives: seconds === null ? "number?" : "number",
    };
  }

  #recentOf(argName: string, arg: number, atMost: number): RecentValues {
    const name = `recent ${argName}`;
    const known = this.recents.find((one) => one.name === name);
    if (known !== undefined) return known.recent;
    const recent = new RecentValues(arg, atMost, this.#records);
    this.recents.push({ name, recent });
    return recent;
  }

  #argName(arg: number): string {
    return this.#spec.argNames?.[arg] ?? String(arg);
  }

  #part<T extends Part>(name: string, make: () => T): T {
    let part = this.#parts.get(name) as T | undefined;
    if (part === undefined) {
      part = make();
      this.#parts.set(name, part);
    }
    return part;
  }

  #ownBag<T extends Bag & Encoder>(kind: string, arg: number, make: () => T): T {
    const name = `${kind} ${this.#argName(arg)}`;
    const known = this.#bags.get(name);
    if (known !== undefined) return known.encoder as T;
    const bag = make();
    this.#bags.set(name, { arg, encoder: bag, bags: [bag] });
    return bag;
  }

  #numberBag<T extends Bag>(arg: number, kind: abstract new (...args: never[]) => T, make: () => T): T {
    const name = `number ${this.#argName(arg)}`;
    let input = this.#bags.get(name);
    if (input === undefined) {
      input = { arg, encoder: numberEncoder, bags: [] };
      this.#bags.set(name, input);
    }
    const known = input.bags.find((bag) => bag instanceof kind);
    if (known !== undefined) return known as T;
    const bag = make();
    input.bags.push(bag);
    return bag;
  }

  #momentsOf(arg: number): Moments {
    const known = this.#moments.get(arg);
    if (known !== undefined) return known;
    const squared = ["STDDEV", "STDDEV_POP", "VARIANCE"];
    const withSquares = this.#spec.aggregates.some((other) => other.arg === arg && squared.includes(other.fn));
    const ring = this.#ring;
    let moments: Moments;
    if (ring === null || !this.#sliced) {
      moments = this.#numberBag(arg, Moments, () => new Moments(withSquares, this.#records));
    } else {
      moments = new Moments(withSquares, this.#records);
      this.#parts.set(
        `moments ${withSquares ? 2 : 1} ${this.#argName(arg)}`,
        new SlicedMoments(arg, numberEncoder, moments, new Moments(withSquares), ring),
      );
    }
    this.#moments.set(arg, moments);
    return moments;
  }
}

function reader(
  target: object,
  method: string,
  gives: AggregateReader["gives"],
  read: ReadAggregate,
  ...args: readonly number[]
): AggregateReader {
  return { read, target, method, args, divisor: 1, gives };
}
