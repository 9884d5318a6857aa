/** One piece of an engine's state: of a key, a rule, or the whole engine. Names are opaque, printable ASCII, at most 1,000 characters. */
export interface EngineStateEntry {
  readonly name: string;
  readonly value: Uint8Array;
}

/** What leads from the state of one call of `changes()` to that of the next. */
export interface EngineChanges {
  /** The upserts are all there is: whatever else was stored is to be dropped. */
  readonly replace: boolean;
  /** Entries that are new, or take the place of those of the same name. */
  readonly upserts: readonly EngineStateEntry[];
  /** Names of entries that are gone. */
  readonly deletes: readonly string[];
}
