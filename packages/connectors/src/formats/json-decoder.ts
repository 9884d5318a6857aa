import { type DecodedEvent, DecodeError, type Decoder, type EventData, type LogRecord } from "@weir/core";
import { LineReader } from "../files/json-shape/line-reader.ts";
import { SLACK } from "../files/json-shape/words.ts";
import { type DecodeOptions, defaultMaxBytes } from "./decode-options.ts";
import { streamOf } from "./stream-of.ts";

/** Records that hold one JSON object each, in UTF-8. */
export function createJsonDecoder(options: DecodeOptions = {}): Decoder {
  return new JsonDecoder(options, null);
}

/** Longer values are read by JSON.parse alone. */
const maxLineBytes = 16 * 1024;
const newline = 10;

/** Reads records that are written as those before were by the places of their values, and others by JSON.parse, with the same result. */
class JsonDecoder implements Decoder {
  readonly #options: DecodeOptions;
  readonly #maxBytes: number;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #reader: LineReader;
  // Room behind the line, so that it is read in place.
  readonly #line = new Uint8Array(maxLineBytes + 1 + SLACK).subarray(0, maxLineBytes + 1);

  constructor(options: DecodeOptions, fields: ReadonlySet<string> | null) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    const namesStream = options.stream === undefined;
    this.#reader = new LineReader(fields === null || !namesStream ? fields : new Set([...fields, "stream"]));
    this.#reader.begin(this.#line);
  }

  decode(topic: string, { value }: LogRecord): DecodedEvent {
    if (value === null) throw new DecodeError("tombstone", "the record has no value");
    if (value.length > this.#maxBytes) throw tooLarge(value.length, this.#maxBytes);
    const event = this.#byShape(value) ?? this.#byText(value);
    return { stream: streamOf(event, topic, this.#options.stream), event };
  }

  narrow(fields: ReadonlySet<string>): Decoder {
    return new JsonDecoder(this.#options, fields);
  }

  #byShape(value: Uint8Array): EventData | null {
    const { length } = value;
    if (length > maxLineBytes || this.#reader.isHopeless) return null;
    // The reader needs an end that no value has.
    this.#line.set(value);
    this.#line[length] = newline;
    const event = this.#reader.read(0);
    return event !== undefined && this.#reader.end === length + 1 ? event : null;
  }

  #byText(value: Uint8Array): EventData {
    let text: string;
    let event: unknown;
    try {
      text = this.#utf8.decode(value);
      event = JSON.parse(text);
    } catch (error) {
      const problem = error instanceof SyntaxError ? error.message : "it is not UTF-8";
      throw new DecodeError("not-json", `the value is no JSON: ${problem}`, error);
    }
    if (!isObject(event)) throw new DecodeError("not-an-object", "the value is JSON, but no object");
    this.#reader.learn(text, event);
    return event;
  }
}

export function tooLarge(bytes: number, maxBytes: number): DecodeError {
  return new DecodeError("too-large", `the value has ${bytes} bytes, more than the ${maxBytes} of \`maxBytes\``);
}

function isObject(value: unknown): value is EventData {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
