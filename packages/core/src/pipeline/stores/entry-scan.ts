import type { StateEntry, StatePage } from "../contracts/state-store.ts";

const pageEntries = 500;

/** Walks through the entries of one map after the other, in pages: what a store in memory answers to `scan`. */
export class EntryScan {
  #entries: ReadonlyMap<string, Uint8Array> | null = null;
  #walk: Iterator<[string, Uint8Array], undefined> | null = null;
  #pages = 0;

  /** With a cursor that is not of the last page, or of another map, it begins anew. */
  page(entries: ReadonlyMap<string, Uint8Array>, cursor: string): StatePage {
    if (this.#walk === null || this.#entries !== entries || cursor !== String(this.#pages)) {
      this.#entries = entries;
      // A map goes on where it was, whatever is put in and taken out in between.
      this.#walk = entries.entries();
    }
    const page: StateEntry[] = [];
    while (page.length < pageEntries) {
      const next = this.#walk.next();
      if (next.done === true) {
        this.#walk = null;
        return { entries: page, cursor: null };
      }
      const [name, value] = next.value;
      page.push({ name, value });
    }
    this.#pages++;
    return { entries: page, cursor: String(this.#pages) };
  }
}
