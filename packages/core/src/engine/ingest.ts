import type { Plan, StreamPlan } from "../plan.ts";
import type { EventData, Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { createFieldReader, type Mismatched } from "./declared-fields.ts";
import { generateReader, type ReaderCode } from "../generate/reader-code.ts";
import { earliestPlausibleMs, latestPlausibleMs, readEventTime, unitHint } from "./event-time.ts";
import { type Binding } from "./binding.ts";

interface StreamReader {
  readonly plan: StreamPlan | undefined;
  readonly aheadMs: number;
  /** Generated, for events that are as they should be. */
  readonly plain: ReaderCode | null;
  readonly fields: ((data: Readonly<Record<string, unknown>>, timeField: string | null) => EventData) | null;
}

const maxHints = 20;

/** Turns what the host pushes into rows: finds the event time, checks declared types. */
export class Ingest {
  readonly #readers = new Map<string, StreamReader>();
  readonly #undeclared: StreamReader;
  /** The stream that was read last, and its reader. */
  #lastStream: string | null = null;
  #lastReader: StreamReader;
  readonly #now: (() => number) | undefined;
  /** By what they are about: each thing is said once. */
  readonly #hints = new Map<string, string>();
  typeMismatch = 0;

  /** With `generate` code is generated for the events that are as their stream declares. */
  constructor(plan: Plan, binding: Binding, now: (() => number) | undefined, generate: boolean) {
    this.#now = now;
    const plain = (stream: StreamPlan | undefined): ReaderCode | null => (generate ? generateReader(stream) : null);
    this.#undeclared = { plan: undefined, aheadMs: Infinity, plain: plain(undefined), fields: null };
    this.#lastReader = this.#undeclared;
    for (const stream of plan.streams) {
      this.#readers.set(stream.name, {
        plan: stream,
        plain: plain(stream),
        aheadMs: stream.ahead === null ? Infinity : binding.millis(stream.ahead),
        fields: this.#fieldReader(stream),
      });
    }
  }

  /** The row of an event, or the reason why it is a bad event. `clock` is the watermark, −Infinity before the first event. */
  read(stream: string, event: unknown, seq: number, clock: number): Row | string {
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      return `an event is an object, this is ${event === null ? "null" : Array.isArray(event) ? "a list" : `a ${typeof event}`}`;
    }
    const raw = plainObject(event);
    const reader = stream === this.#lastStream ? this.#lastReader : this.#readerOf(stream);
    const { plain } = reader;
    if (plain !== null) {
      const time = plain.read(raw);
      // NaN of what is not plain is not above anything.
      if (time >= earliestPlausibleMs && time < latestPlausibleMs && !(time - clock > reader.aheadMs)) {
        return { time, seq, stream, timeField: plain.timeField, data: raw as Row["data"], raw };
      }
    }
    const found = readEventTime(raw, reader.plan, this.#now);
    if ("reason" in found) return found.reason;
    const { time, field } = found;
    if (clock !== -Infinity && time - clock > reader.aheadMs) {
      return `event time ${new Date(time).toISOString()} is more than ${reader.aheadMs} ms (AHEAD) above the clock, which is at ${new Date(clock).toISOString()}`;
    }
    this.#hint(time, stream, field);
    return this.#row(reader, stream, raw, time, field, seq);
  }

  /** The row of an event that is yet to be read; `null` of one that is bad whatever the clock says. Counts and hints at nothing. */
  peek(stream: string, event: unknown): Row | null {
    const { typeMismatch } = this;
    const hints = this.#hints.size;
    const row = this.read(stream, event, 0, Infinity);
    this.typeMismatch = typeMismatch;
    if (this.#hints.size > hints) for (const topic of [...this.#hints.keys()].slice(hints)) this.#hints.delete(topic);
    return typeof row === "string" ? null : row;
  }

  get hints(): readonly string[] {
    return [...this.#hints.values()];
  }

  save(out: ByteWriter): void {
    out.uint(this.typeMismatch);
    out.uint(this.#hints.size);
    for (const [topic, hint] of this.#hints) {
      out.text(topic);
      out.text(hint);
    }
  }

  load(input: ByteReader): void {
    this.typeMismatch = input.uint();
    for (let n = input.uint(); n > 0; n--) {
      const topic = input.text();
      this.#hints.set(topic, input.text());
    }
  }

  /** The text of what was generated to read streams. */
  get code(): readonly string[] {
    return [this.#undeclared, ...this.#readers.values()].flatMap(({ plain }) => plain?.text ?? []);
  }

  /** The row of a derived event. */
  derive(stream: string, event: EventData, time: number, seq: number): Row {
    return this.#row(this.#readers.get(stream) ?? this.#undeclared, stream, event, time, "ts", seq);
  }

  /** Says, the first time, that a field of something holds another type than declared. */
  mismatchHint(owner: string): Mismatched {
    return (name, type, value) => {
      const topic = `${owner} ${name}`;
      if (!this.#mayHint(topic)) return;
      this.#hints.set(
        topic,
        `\`${name}\` of ${owner} is declared ${type}, and holds ${shown(value)}: it reads as NULL`,
      );
    };
  }

  #readerOf(stream: string): StreamReader {
    this.#lastStream = stream;
    this.#lastReader = this.#readers.get(stream) ?? this.#undeclared;
    return this.#lastReader;
  }

  #row(reader: StreamReader, stream: string, raw: EventData, time: number, timeField: string | null, seq: number): Row {
    let data = raw;
    if (reader.fields !== null) {
      data = reader.fields(raw, timeField);
    }
    return { time, seq, stream, timeField, data: data as Readonly<Record<string, Value | undefined>>, raw };
  }

  #hint(time: number, stream: string, field: string | null): void {
    if (!this.#mayHint(stream)) return;
    const hint = unitHint(time, stream, field);
    if (hint !== null) this.#hints.set(stream, hint);
  }

  #fieldReader({ name: stream, fields }: StreamPlan): StreamReader["fields"] {
    if (fields === null || fields.length === 0) return null;
    const hint = this.mismatchHint(`stream \`${stream}\``);
    return createFieldReader(fields, (name, type, value) => {
      this.typeMismatch++;
      hint(name, type, value);
    });
  }

  #mayHint(topic: string): boolean {
    return this.#hints.size < maxHints && !this.#hints.has(topic);
  }
}

/** A value as a hint shows it. */
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
    case "boolean":
      return String(value);
    default:
      return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  }
}

/** An object whose own fields can be read without running code of the host: instances of classes are copied. */
function plainObject(event: object): EventData {
  const prototype: unknown = Object.getPrototypeOf(event);
  return prototype === Object.prototype || prototype === null ? (event as EventData) : { ...event };
}
