import type { EventData } from "@weir/core";
import { Column, textOf } from "./column.ts";
import { GrowingUint32 } from "./growing.ts";

/** Events with the same fields in the same order. */
interface Shape {
  readonly id: number;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  count: number;
}

/** A record that holds no event, as the import step shows it. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** When events arrived, as far as a recording can tell: one after the other. */
export interface Pace {
  readonly startMs: number;
  readonly stepMs: number;
}

/** The field of an event that holds when it arrived, where a pace says so. */
export const arrivalField = "@arrival";

/** An event without the time that a pace gave it. */
export function asRecorded(event: EventData): EventData {
  const { [arrivalField]: _, ...recorded } = event;
  return recorded;
}

const keptBadLines = 100;

/** Events in the order of their file, as columns: they take a fraction of the memory of objects, and every run reads them anew. */
export class EventStore {
  readonly #shapes: Shape[] = [];
  readonly #shapeOf = new GrowingUint32();
  readonly #rowOf = new GrowingUint32();
  readonly #lineOf = new GrowingUint32();
  readonly #streamOf = new GrowingUint32();
  readonly #streamIds = new Map<string, number>();
  readonly streams: string[] = [];
  /** The first of the records that hold no event. */
  readonly badLines: BadLine[] = [];
  bad = 0;
  #last: Shape | null = null;
  #pace: Pace | null = null;

  get length(): number {
    return this.#rowOf.length;
  }

  /** Adds an event to the stream that it names itself, else to `stream`. */
  add(event: EventData, line: number, stream: string): void {
    const named = event["stream"];
    const names = Object.keys(event);
    const shape = this.#last !== null && sameNames(this.#last.names, names) ? this.#last : this.#shape(names);
    this.#last = shape;
    for (let i = 0; i < names.length; i++) shape.columns[i]!.add(event[names[i]!]);
    this.#shapeOf.push(shape.id);
    this.#rowOf.push(shape.count++);
    this.#lineOf.push(line);
    this.#streamOf.push(this.#streamId(typeof named === "string" ? named : stream));
  }

  addBad(bad: BadLine, records: number): void {
    this.bad += records;
    if (this.badLines.length < keptBadLines) this.badLines.push(bad);
  }

  /** From now on events have a time of arrival, one every `stepMs`; `null`: they have none. Whether that is another than before. */
  usePace(pace: Pace | null): boolean {
    const isSame = pace?.startMs === this.#pace?.startMs && pace?.stepMs === this.#pace?.stepMs;
    this.#pace = pace;
    return !isSame;
  }

  event(index: number): EventData {
    return this.#paced(eventOf(this.#shapes[this.#shapeOf.get(index)]!, this.#rowOf.get(index)), index);
  }

  /** Reads events as they are now with these fields alone, the others left out. */
  projected(fields: ReadonlySet<string>): (index: number) => EventData {
    const shapes = this.#shapes.map(({ names, columns }) => ({
      names: names.filter((name) => fields.has(name)),
      columns: columns.filter((_, i) => fields.has(names[i]!)),
    }));
    if (this.#pace === null) return (index) => eventOf(shapes[this.#shapeOf.get(index)]!, this.#rowOf.get(index));
    return (index) => this.#paced(eventOf(shapes[this.#shapeOf.get(index)]!, this.#rowOf.get(index)), index);
  }

  line(index: number): number {
    return this.#lineOf.get(index);
  }

  streamId(index: number): number {
    return this.#streamOf.get(index);
  }

  stream(index: number): string {
    return this.streams[this.#streamOf.get(index)]!;
  }

  /** The value of a field; `undefined` where the event has no such field. */
  field(index: number, name: string): unknown {
    const shape = this.#shapes[this.#shapeOf.get(index)]!;
    const at = shape.names.indexOf(name);
    return at === -1 ? undefined : shape.columns[at]!.get(this.#rowOf.get(index));
  }

  /** The names of all fields, in the order in which they came up. */
  fieldNames(): readonly string[] {
    return [...new Set(this.#shapes.flatMap((shape) => shape.names))];
  }

  /** Some distinct values of a field. */
  samples(name: string, count: number): readonly unknown[] {
    const found = new Set<unknown>();
    for (const shape of this.#shapes) {
      const at = shape.names.indexOf(name);
      if (at === -1) continue;
      for (const value of shape.columns[at]!.samples(count)) if (found.size < count) found.add(value);
    }
    return [...found];
  }

  /** Whether events have a value that passes `test`: in the field `name`, or in any where that is `null`. */
  matcher(name: string | null, test: (text: string) => boolean): (index: number) => boolean {
    const byShape = this.#shapes.map(({ names, columns }) =>
      columns.filter((_, i) => name === null || names[i] === name).map((column) => column.matcher(test)),
    );
    return (index) => {
      const row = this.#rowOf.get(index);
      return byShape[this.#shapeOf.get(index)]!.some((matches) => matches(row));
    };
  }

  #paced(event: EventData, index: number): EventData {
    const pace = this.#pace;
    return pace === null ? event : { ...event, [arrivalField]: pace.startMs + index * pace.stepMs };
  }

  #shape(names: readonly string[]): Shape {
    const known = this.#shapes.find((shape) => sameNames(shape.names, names));
    if (known !== undefined) return known;
    const made = { id: this.#shapes.length, names, columns: names.map(() => new Column()), count: 0 };
    this.#shapes.push(made);
    return made;
  }

  #streamId(name: string): number {
    const known = this.#streamIds.get(name);
    if (known !== undefined) return known;
    const id = this.streams.length;
    this.streams.push(name);
    this.#streamIds.set(name, id);
    return id;
  }
}

function eventOf({ names, columns }: Pick<Shape, "names" | "columns">, row: number): EventData {
  const event: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    // An own field of that name must stay one: assignment would set the prototype.
    if (name === "__proto__") defineOwn(event, name, columns[i]!.get(row));
    else event[name] = columns[i]!.get(row);
  }
  return event;
}

/** An event as one line of text. */
export function eventText(event: EventData): string {
  return Object.entries(event)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(" ");
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function defineOwn(event: object, name: string, value: unknown): void {
  Object.defineProperty(event, name, { value, enumerable: true, configurable: true, writable: true });
}
