import { type PackedEntries, unpackEntries } from "./packed-entries.ts";

/** One piece of an engine's state: of a key, a rule, or the whole engine. Names are opaque, printable ASCII, at most 1,000 characters. */
export interface EngineStateEntry {
  readonly name: string;
  readonly value: Uint8Array;
}

/** What leads from the state of one call of `changes()` to that of the next. */
export interface EngineChanges {
  /** What is written is all there is: whatever else was stored is to be dropped. */
  readonly replace: boolean;
  /** All of it, for stores that keep or send it as it is. */
  readonly packed: PackedEntries;
  /** Entries that are new, or take the place of those of the same name; made when they are asked for, values are views of `packed`. */
  readonly upserts: readonly EngineStateEntry[];
  /** Names of entries that are gone; made when they are asked for. */
  readonly deletes: readonly string[];
}

export function changesOf(replace: boolean, packed: PackedEntries): EngineChanges {
  return new PackedChanges(replace, packed);
}

class PackedChanges implements EngineChanges {
  readonly replace: boolean;
  readonly packed: PackedEntries;
  #upserts: EngineStateEntry[] | null = null;
  #deletes: string[] | null = null;

  constructor(replace: boolean, packed: PackedEntries) {
    this.replace = replace;
    this.packed = packed;
  }

  get upserts(): readonly EngineStateEntry[] {
    return (this.#upserts ??= [...unpackEntries(this.packed)].flatMap(({ name, value }) =>
      value === null ? [] : [{ name, value }],
    ));
  }

  get deletes(): readonly string[] {
    return (this.#deletes ??= [...unpackEntries(this.packed)].flatMap(({ name, value }) =>
      value === null ? [name] : [],
    ));
  }
}
