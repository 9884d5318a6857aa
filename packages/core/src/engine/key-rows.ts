import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, readRowOrNull, writeRow, writeRowOrNull } from "../snapshot/row-bytes.ts";

const explainedEvents = 100;

/** Events that are kept of keys: the newest where rules read it later, the last of them for explanations. */
export class KeyRows {
  readonly #newest: (Row | null)[] = [];
  readonly #recent = new Map<number, Row[]>();

  newest(slot: number): Row | null {
    return this.#newest[slot] ?? null;
  }

  /** Newest last. */
  recent(slot: number): readonly Row[] {
    return this.#recent.get(slot) ?? [];
  }

  setNewest(slot: number, row: Row): void {
    this.#newest[slot] = row;
  }

  /** Keeps an event for explanations. */
  remember(slot: number, row: Row): void {
    const recent = this.#recent.get(slot);
    if (recent === undefined) this.#recent.set(slot, [row]);
    else {
      recent.push(row);
      if (recent.length > explainedEvents) recent.shift();
    }
  }

  forget(slot: number): void {
    if (slot < this.#newest.length) this.#newest[slot] = null;
    this.#recent.delete(slot);
  }

  /** Nothing of a slot that has none. */
  save(slot: number, out: ByteWriter): void {
    const newest = this.newest(slot);
    const recent = this.recent(slot);
    if (newest === null && recent.length === 0) return;
    writeRowOrNull(out, newest);
    out.uint(recent.length);
    for (const row of recent) writeRow(out, row);
  }

  load(slot: number, input: ByteReader): void {
    const newest = readRowOrNull(input);
    if (newest !== null) this.#newest[slot] = newest;
    const recent: Row[] = [];
    for (let k = input.uint(); k > 0; k--) recent.push(readRow(input));
    if (recent.length > 0) this.#recent.set(slot, recent);
  }
}
