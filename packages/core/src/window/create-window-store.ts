import { EventInput, GrowingInput } from "./bag-input.ts";
import { ConditionalCount } from "./conditional-count.ts";
import { DistinctBag } from "./distinct-bag.ts";
import { DistinctEvents } from "./distinct-events.ts";
import { EventRing } from "./event-ring.ts";
import { Extremum, GrowingExtremum } from "./extremum.ts";
import { FirstValue, GrowingFirst } from "./first-value.ts";
import { GrowingWindow } from "./growing-window.ts";
import { HyperLogLog } from "./hyper-log-log.ts";
import { LastValue } from "./last-value.ts";
import { Moments } from "./moments.ts";
import { numberEncoder } from "./number-encoder.ts";
import { ArgumentColumn, CodeColumn, CountColumn } from "./pane-columns.ts";
import { PanedWindow } from "./paned-window.ts";
import type { AggregateReader, Bag, Encoder, NamedPart, Part, ReadAggregate } from "./part.ts";
import { QuantileSketch } from "./quantile-sketch.ts";
import { RecentSet } from "./recent-set.ts";
import { Records } from "./records.ts";
import type { RingView } from "./ring-view.ts";
import { CodesColumn, SlicedInput } from "./sliced-input.ts";
import { MomentsColumn, SlicedMoments } from "./sliced-moments.ts";
import { SortedBag } from "./sorted-bag.ts";
import { ValueIds } from "./value-ids.ts";
import type { AggregateSpec, WindowSpec, WindowStore } from "./window-store.ts";

/**
 * The windows of a group with the aggregates of `spec`. What several aggregates need is kept once; `shared`, of windows that slide by
 * event, is a ring that others read too, to which the owner adds events first.
 */
export function createWindowStore(
  spec: WindowSpec,
  records: Records = new Records(),
  shared: EventRing | null = null,
): WindowStore {
  if (spec.mode === "growing") {
    const parts = new Parts(null, spec, records);
    const readers = spec.aggregates.map((aggregate) => parts.reader(aggregate));
    const events = parts.events();
    return new GrowingWindow(spec.args, parts.finish(), events, readers, records);
  }
  const ring = shared ?? new EventRing(records);
  const view = ring.view({
    timed: spec.byCount !== true,
    backMs: spec.backMs ?? null,
    most: spec.keep ?? null,
  });
  const parts = new Parts(view, spec, records);
  const readers = spec.aggregates.map((aggregate) => parts.reader(aggregate));
  const slices = spec.sliceMs === null ? null : { ms: spec.sliceMs, args: spec.args, events: parts.events() };
  const store = new PanedWindow({
    view,
    parts: parts.finish(),
    recents: parts.recents,
    readers,
    keep: spec.keep ?? null,
    slices,
    ownsRing: shared === null,
  });
  if (shared === null) ring.seal();
  return store;
}

/** Makes the parts that the aggregates call for, each once. */
class Parts {
  readonly #view: RingView | null;
  readonly #spec: WindowSpec;
  readonly #sliced: boolean;
  readonly #records: Records;
  readonly #parts = new Map<string, Part>();
  readonly #moments = new Map<number, Moments>();
  readonly recents: RecentSet = new RecentSet();
  /** The bags that take the same codes of the same argument. */
  readonly #bags = new Map<string, { readonly arg: number; readonly encoder: Encoder; readonly bags: Bag[] }>();

  constructor(view: RingView | null, spec: WindowSpec, records: Records) {
    this.#records = records;
    this.#view = view;
    this.#spec = spec;
    this.#sliced = view !== null && spec.sliceMs !== null;
  }

  finish(): NamedPart[] {
    const view = this.#view;
    for (const [name, { arg, encoder, bags }] of this.#bags) {
      if (view === null) this.#parts.set(name, new GrowingInput(arg, encoder, bags));
      else if (this.#sliced) for (const bag of bags) this.#addSliced(view, `${name} ${bag.name}`, arg, encoder, bag);
      else {
        const column = this.#codes(view, name, arg, encoder);
        this.#parts.set(name, new EventInput(this.#argOf(arg), column, bags));
      }
    }
    this.#bags.clear();
    return [...this.#parts].map(([name, part]) => ({ name, part }));
  }
  #addSliced(view: RingView, name: string, arg: number, encoder: Encoder, bag: Bag): void {
    const column = view.ring.column(name, view, () => new CodesColumn(name, encoder));
    this.#parts.set(name, new SlicedInput(arg, column, encoder, bag));
  }

  /** Counts the events, where panes do not. */
  events(): ConditionalCount {
    const view = this.#view;
    return this.#part(
      "events",
      () => new ConditionalCount(null, view === null ? null : this.#countColumn(view, "events", null), this.#records),
    );
  }

  reader(aggregate: AggregateSpec): AggregateReader {
    const { fn, arg, distinct, seconds } = aggregate;
    if (fn === "RATE" || arg === null) return this.#eventReader(fn === "RATE" ? seconds : 1);
    const name = this.#argName(arg);
    const own = this.#argOf(arg);
    const view = this.#view;
    switch (fn) {
      case "COUNT": {
        if (distinct) return this.#distinctReader(aggregate, arg);
        const count = this.#part(
          `count ${name}`,
          () => new ConditionalCount(own, view === null ? null : this.#countColumn(view, name, own), this.#records),
        );
        return reader(count, "value", "number", (slot) => count.value(slot));
      }
      case "MIN":
      case "MAX": {
        const extremum = this.#part<Extremum | GrowingExtremum>(`${fn} ${name}`, () =>
          view === null ? new GrowingExtremum(own, fn) : new Extremum(own, fn, view, this.#records),
        );
        return reader(extremum, "value", "value", (slot) => extremum.value(slot));
      }
      case "FIRST": {
        const first = this.#part<FirstValue | GrowingFirst>(`first ${name}`, () =>
          view === null
            ? new GrowingFirst(own, this.#records)
            : new FirstValue(own, this.#argumentColumn(view, name, own), view, this.#records),
        );
        return reader(first, "value", "value", (slot) => first.value(slot));
      }
      case "LAST": {
        const last = this.#part(`last ${name}`, () => new LastValue(own, view, this.#records));
        return reader(last, "value", "value", (slot) => last.value(slot));
      }
      case "APPROX_DISTINCT": {
        const sketch = this.#ownBag("hyper-log-log", arg, () => new HyperLogLog(view === null));
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

  #distinctReader({ atMost }: AggregateSpec, arg: number): AggregateReader {
    const name = this.#argName(arg);
    const own = this.#argOf(arg);
    const view = this.#view;
    if (view === null || this.#sliced) {
      const bag = this.#ownBag("distinct", arg, () => new DistinctBag(this.#records));
      return reader(bag, "count", "number", (slot) => bag.count(slot));
    }
    if (atMost !== undefined) {
      const { recents } = this;
      const place = recents.place(name, own, atMost, this.#records);
      return reader(recents, "values", "number", (slot) => recents.values(slot, place), place);
    }
    const events = this.#part(`distinct ${name}`, () => {
      const column = view.ring.column(`ids ${name}`, view, () => new CodeColumn(`ids ${name}`, own, new ValueIds()));
      return new DistinctEvents(own, column, view, this.#records);
    });
    return reader(events, "count", "number", (slot) => events.count(slot));
  }

  /** COUNT(), and RATE() per `seconds`. */
  #eventReader(seconds: number | null): AggregateReader {
    const view = this.#sliced ? null : this.#view;
    const events = view === null ? this.events() : null;
    const count: (slot: number) => number = view === null ? (slot) => events!.value(slot) : (slot) => view.length(slot);
    // NULL of a window without a length: a number divided by NaN is no number.
    const divisor = seconds ?? Number.NaN;
    return {
      read: divisor === 1 ? count : (slot) => (Number.isNaN(divisor) ? null : count(slot) / divisor),
      target: view ?? events!,
      method: view === null ? "value" : "length",
      args: [],
      divisor,
      gives: seconds === null ? "number?" : "number",
    };
  }

  /** The position of an argument where it is evaluated: of the ring's, where panes are events. */
  #argOf(arg: number): number {
    return this.#view === null || this.#sliced
      ? arg
      : this.#view.ring.argument(this.#argName(arg), this.#spec.args[arg]!);
  }

  #countColumn(view: RingView, name: string, arg: number | null): CountColumn {
    const id = `counted ${name}`;
    return view.ring.column(id, view, () => new CountColumn(id, this.#sliced ? null : arg));
  }

  #argumentColumn(view: RingView, name: string, arg: number): ArgumentColumn {
    const id = `argument ${name}`;
    return view.ring.column(id, view, () => new ArgumentColumn(id, this.#sliced ? null : arg));
  }

  /** What bags read of an event. */
  #codes(view: RingView, name: string, arg: number, encoder: Encoder): ArgumentColumn | CodeColumn {
    const own = this.#argOf(arg);
    if (!encoder.whole) return this.#argumentColumn(view, this.#argName(arg), own);
    return view.ring.column(name, view, () => new CodeColumn(name, own, encoder));
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
    const view = this.#view;
    let moments: Moments;
    if (view === null || !this.#sliced) {
      moments = this.#numberBag(arg, Moments, () => new Moments(withSquares, this.#records));
    } else {
      moments = new Moments(withSquares, this.#records);
      const name = `moments ${withSquares ? 2 : 1} ${this.#argName(arg)}`;
      const column = view.ring.column(name, view, () => new MomentsColumn(name, new Moments(withSquares)));
      this.#parts.set(name, new SlicedMoments(arg, column, moments));
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
