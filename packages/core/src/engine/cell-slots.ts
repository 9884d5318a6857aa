import type { Value } from "../value.ts";
import type { SlotTable } from "./slot-table.ts";

/** The keys of a cell in the table of slots of its group. */
export class CellSlots {
  readonly #table: SlotTable;
  readonly #space: number;
  /** The slots of its keys in the order in which they came; `null`: all of the table are. */
  readonly #own: Set<number> | null;

  /** `space` is where the names of its keys are told from those of other cells; 0 where there is one cell alone. */
  constructor(table: SlotTable, space: number) {
    this.#table = table;
    this.#space = space;
    this.#own = space === 0 ? null : new Set();
  }

  /** Keys that have a slot. */
  get live(): number {
    return this.#own === null ? this.#table.live : this.#own.size;
  }

  /** The slot of a key; −1 where it has none. */
  find(key: readonly Value[]): number {
    return this.#table.find(key, this.#space);
  }

  /** `find` of a key of one part. */
  findOne(part: Value): number {
    return this.#table.findOne(part, this.#space);
  }

  /** A slot for a key that has none; −1 where it has one. */
  add(key: readonly Value[]): number {
    const slot = this.#table.add(key, this.#space);
    if (slot !== -1) this.#own?.add(slot);
    return slot;
  }

  free(slot: number): void {
    this.#own?.delete(slot);
    this.#table.free(slot);
  }

  /** Makes room for `more` keys at once. */
  reserve(more: number): void {
    this.#table.reserve(more);
  }

  /** Whether a slot is one of its keys'. */
  owns(slot: number): boolean {
    return this.#own === null ? this.#table.isLive(slot) : this.#own.has(slot);
  }

  /** What the key of a slot is called; `undefined` of a free one. */
  name(slot: number): string | number | undefined {
    return this.#table.name(slot);
  }

  /** The key of a live slot, `undefined` of a free one. */
  key(slot: number): readonly Value[] | undefined {
    return this.#table.key(slot);
  }

  /** The key of a slot where it is one part which is its own name, else `undefined`. */
  singleName(slot: number): string | number | undefined {
    return this.#table.singleName(slot);
  }

  liveSlots(): Iterable<number> {
    return this.#own ?? this.#table.liveSlots();
  }

  /** `liveSlots`, quicker where there are many. */
  forEachLive(visit: (slot: number) => void): void {
    const table = this.#table;
    if (this.#own === null) {
      for (let slot = 1; slot < table.size; slot++) if (table.isLive(slot)) visit(slot);
    } else for (const slot of this.#own) visit(slot);
  }

  /** The slots from one on, around once and again, whatever keys come and go meanwhile. */
  *around(): Generator<number> {
    while (this.live > 0) {
      if (this.#own !== null) yield* this.#own;
      else for (let slot = 1; slot < this.#table.size; slot++) if (this.#table.isLive(slot)) yield slot;
    }
  }
}
