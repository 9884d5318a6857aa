import type { ByteCursor } from "./byte-cursor.ts";

export type ValueReader = (cursor: ByteCursor) => unknown;

/** How values of a schema are read, and passed over where nobody wants them. */
export interface ValueType {
  readonly read: ValueReader;
  /** Moves behind a value; throws as `read` does where there is none. */
  readonly skip: (cursor: ByteCursor) => void;
  /** What `read(cursor)` is in generated code; not given where it is a call of `read`. */
  readonly code?: string;
}
