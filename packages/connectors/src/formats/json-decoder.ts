import { DecodeError, type Decoder, type EventData } from "@weir/core";
import { type DecodeOptions, defaultMaxBytes } from "./decode-options.ts";
import { streamOf } from "./stream-of.ts";

/** Records that hold one JSON object each, in UTF-8. */
export function createJsonDecoder({ stream, maxBytes = defaultMaxBytes }: DecodeOptions = {}): Decoder {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  return {
    decode(topic, { value }) {
      if (value === null) throw new DecodeError("tombstone", "the record has no value");
      if (value.length > maxBytes) throw tooLarge(value.length, maxBytes);
      let event: unknown;
      try {
        event = JSON.parse(utf8.decode(value));
      } catch (error) {
        const problem = error instanceof SyntaxError ? error.message : "it is not UTF-8";
        throw new DecodeError("not-json", `the value is no JSON: ${problem}`, error);
      }
      if (!isObject(event)) throw new DecodeError("not-an-object", "the value is JSON, but no object");
      return { stream: streamOf(event, topic, stream), event };
    },
  };
}

export function tooLarge(bytes: number, maxBytes: number): DecodeError {
  return new DecodeError("too-large", `the value has ${bytes} bytes, more than the ${maxBytes} of \`maxBytes\``);
}

function isObject(value: unknown): value is EventData {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
