import type { ByteReader, ByteWriter } from "./bytes.ts";

/** Something that writes and reads what it keeps of a slot. */
export interface SavedPart {
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
}

/**
 * A piece of what is kept of a key that is stored and found again on its own: where a rule file changes, the pieces that mean the
 * same in both files go on.
 */
export interface StateSection extends SavedPart {
  /** Says what is in it, by its content. */
  readonly id: string;
  /** What `save` and `load` do nothing but call, for code that calls it directly. */
  readonly part?: SavedPart;
  /** Whether nothing is written of a slot that is as new; then nothing is loaded either. */
  readonly sparse?: boolean;
  /** In place of `load`, where what was stored lacks the section; not given where nothing has to be done. */
  readonly fill?: (slot: number) => void;
}

/** Writes the sections of a slot, one after the other, each with its length. */
export type SaveSections = (slot: number, out: ByteWriter) => void;

/** Reads what was written so; the sections are those of some layout. */
export type LoadSections = (slot: number, input: ByteReader) => void;

/** The section of a part. */
export function sectionOf(id: string, part: SavedPart, more: Pick<StateSection, "sparse" | "fill"> = {}): StateSection {
  return {
    id,
    part,
    save: (slot, out) => part.save(slot, out),
    load: (slot, input) => part.load(slot, input),
    ...more,
  };
}

export function savingSections(sections: readonly StateSection[]): SaveSections {
  return (slot, out) => {
    for (const section of sections) {
      const start = out.beginBlock();
      section.save(slot, out);
      out.endBlock(start);
    }
  };
}

/** `stored[i]` is the section of the i-th piece that was written, `null` where there is none any more. */
export function loadingSections(stored: readonly (StateSection | null)[]): LoadSections {
  return (slot, input) => {
    for (const section of stored) {
      const end = input.block();
      if (section === null) input.skipTo(end);
      else if (section.sparse !== true || !input.isAt(end)) {
        section.load(slot, input);
        input.expectAt(end);
      }
    }
  };
}
