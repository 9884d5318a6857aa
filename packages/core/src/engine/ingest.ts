import type { Plan, StreamPlan } from "../plan.ts";
import { type EventData, plainRow, type Row, type RowSource } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { createFieldReader, type Mismatched } from "./declared-fields.ts";
import { type PlainReader, plainReader } from "../generate/reader-code.ts";
import { earliestPlausibleMs, latestPlausibleMs, readEventTime, unitHint } from "./event-time.ts";
import { type Binding } from "./binding.ts";

interface StreamReader {
  readonly plan: StreamPlan | undefined;
  readonly aheadMs: number;
  /** For events that are as they should be. */
  readonly plain: PlainReader | null;
  /** What the rows of those have in common. */
  readonly source: RowSource;
  readonly fields: ((data: Readonly<Record<string, unknown>>, timeField: string | null) => EventData) | null;
}

const maxHints = 20;
/** Stream names come from data: of undeclared streams more than this are told apart anew each time. */
const maxReaders = 1000;

/** Turns what the host pushes into rows: finds the event time, checks declared types. */
export class Ingest {
  readonly #readers = new Map<string, StreamReader>();
  readonly #plainUndeclared: PlainReader | null;
  /** Of the stream that was read last. */
  #last: StreamReader;
  readonly #now: (() => number) | undefined;
  /** By what they are about: each thing is said once. */
  readonly #hints = new Map<string, string>();
  typeMismatch = 0;

  /** With `generate` code is generated for the events that are as their stream declares. */
  constructor(plan: Plan, binding: Binding, now: (() => number) | undefined, generate: boolean) {
    this.#now = now;
    this.#plainUndeclared = plainReader(undefined, generate);
    this.#last = this.#undeclared("");
    for (const stream of plan.streams) {
      const plain = plainReader(stream, generate);
      this.#readers.set(stream.name, {
        plan: stream,
        plain,
        source: { stream: stream.name, timeField: plain?.timeField ?? "" },
        aheadMs: stream.ahead === null ? Infinity : binding.millis(stream.ahead),
        fields: this.#fieldReader(stream),
      });
    }
  }

  /**
   * The time of an event that needs nothing converted, nothing said and nothing copied, so that `plainRow` is its row; NaN of any
   * other, which is for `read`. `clock` is the watermark, −Infinity before the first event.
   */
  readPlain(stream: string, event: unknown, clock: number): number {
    const reader = this.#readerOf(stream);
    if (reader.plain === null || !isPlain(event)) return Number.NaN;
    const time = reader.plain.read(event);
    // NaN is not above anything.
    const isPlausible = time >= earliestPlausibleMs && time < latestPlausibleMs && !(time - clock > reader.aheadMs);
    return isPlausible ? time : Number.NaN;
  }

  /** What the rows of the stream that was read last have in common. */
  get source(): RowSource {
    return this.#last.source;
  }

  /** The row of an event, or the reason why it is a bad event. */
  read(stream: string, event: unknown, seq: number, clock: number): Row | string {
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      return `an event is an object, this is ${event === null ? "null" : Array.isArray(event) ? "a list" : `a ${typeof event}`}`;
    }
    // Own fields of what is copied can be read without running code of the host.
    const raw = isPlain(event) ? event : { ...event };
    const plainTime = this.readPlain(stream, raw, clock);
    const reader = this.#last;
    if (!Number.isNaN(plainTime)) return plainRow(reader.source, plainTime, seq, raw);
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
    const plain = [this.#plainUndeclared, ...[...this.#readers.values()].map((reader) => reader.plain)];
    return [...new Set(plain)].flatMap((reader) => reader?.text ?? []);
  }

  /** The row of a derived event. */
  derive(stream: string, event: EventData, time: number, seq: number): Row {
    return this.#row(this.#readers.get(stream) ?? null, stream, event, time, "ts", seq);
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
    if (stream !== this.#last.source.stream) this.#last = this.#readers.get(stream) ?? this.#undeclared(stream);
    return this.#last;
  }

  #undeclared(stream: string): StreamReader {
    const plain = this.#plainUndeclared;
    const reader: StreamReader = {
      plan: undefined,
      aheadMs: Infinity,
      plain,
      source: { stream, timeField: plain?.timeField ?? "" },
      fields: null,
    };
    if (this.#readers.size < maxReaders) this.#readers.set(stream, reader);
    return reader;
  }

  #row(
    reader: StreamReader | null,
    stream: string,
    raw: EventData,
    time: number,
    timeField: string | null,
    seq: number,
  ): Row {
    const data = reader === null || reader.fields === null ? raw : reader.fields(raw, timeField);
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

/** Whether it is an object whose own fields can be read without running code of the host: no instance of a class. */
function isPlain(event: unknown): event is EventData {
  if (typeof event !== "object" || event === null) return false;
  const prototype: unknown = Object.getPrototypeOf(event);
  return prototype === Object.prototype || prototype === null;
}
