import type { EventData } from "../../row.ts";

/** Where the rows of a lookup TABLE come from. */
export interface TableSource {
  /** All rows, as they are now. Any error means that they cannot be had at present. */
  read(): Promise<readonly EventData[]>;
  /** Calls back whenever rows may have changed; resolves when it listens. Throws where it cannot. */
  watch?(changed: () => void): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

export interface TableWiring {
  readonly source: TableSource;
  /** How often the rows are read again; not given: at the start, and when a source that watches says so. */
  readonly refreshMs?: number;
}
