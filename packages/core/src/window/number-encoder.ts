import type { Encoder } from "./part.ts";

/** NUMBERs as they are, −0 as 0; anything else is skipped. */
export const numberEncoder: Encoder = {
  whole: false,
  encode: (value) => (typeof value === "number" ? value + 0 : Number.NaN),
  write: (code, out) => out.float(code),
  read: (input) => input.float(),
};
