import type { Decoder } from "@weir/core";
import type { DecodeOptions } from "../formats/decode-options.ts";
import { createJsonDecoder } from "../formats/json-decoder.ts";
import { outboxTopicHeader } from "./outbox-source.ts";

/** Rows of an outbox as events: the stream is the one given, else what the field `stream` of the payload says, else the row's `topic`. */
export function createOutboxDecoder(options: DecodeOptions = {}): Decoder {
  const json = createJsonDecoder(options);
  return {
    decode(source, record) {
      const topic = record.headers[outboxTopicHeader];
      return json.decode(typeof topic === "string" ? topic : source, record);
    },
  };
}
