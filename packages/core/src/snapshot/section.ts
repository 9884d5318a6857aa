import type { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * A piece of what is kept of a key that is stored and found again on its own: where a rule file changes, the pieces that mean the
 * same in both files go on.
 */
export interface StateSection {
  /** Says what is in it, by its content. */
  readonly id: string;
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
  /** In place of `load`, where what was stored lacks the section; not given where nothing has to be done. */
  readonly fill?: (slot: number) => void;
}

/** Writes sections one after the other, each with its length. */
export function saveSections(sections: readonly StateSection[], slot: number, out: ByteWriter): void {
  for (const section of sections) {
    const start = out.beginBlock();
    section.save(slot, out);
    out.endBlock(start);
  }
}

/** Reads what `saveSections` wrote: `stored[i]` is the section for the i-th piece, `null` where there is none any more. */
export function loadSections(stored: readonly (StateSection | null)[], slot: number, input: ByteReader): void {
  for (const section of stored) {
    const end = input.block();
    if (section === null) input.skipTo(end);
    else {
      section.load(slot, input);
      input.expectAt(end);
    }
  }
}
