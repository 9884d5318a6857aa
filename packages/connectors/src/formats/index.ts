export type { DecodeOptions } from "./decode-options.ts";
export { createJsonDecoder } from "./json-decoder.ts";
