import type { EngineContext, Keys } from "./engine-context.ts";
import type { GroupWindow } from "./group-window.ts";
import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, writeRow } from "../snapshot/row-bytes.ts";

/** Windows of a key as they were before a tie's first event dropped what had age d, and the events of the tie. */
interface Tie {
  readonly saved: readonly (Uint8Array | null)[];
  readonly rows: Row[];
}

/**
 * Events of one instant and key: what leaves a window with the first of them is still there for the looks just before the others.
 *
 * State   of the latest instant, the windows that events left then, per key.
 */
export class Ties {
  readonly #windows: readonly GroupWindow[];
  readonly #keys: Keys;
  readonly #context: EngineContext;
  readonly #ties = new Map<number, Tie>();
  #time = Number.NaN;

  constructor(windows: readonly GroupWindow[], keys: Keys, context: EngineContext) {
    this.#windows = windows;
    this.#keys = keys;
    this.#context = context;
  }

  /** Whether an event at `t` of the slot left something that the look before another one needs. */
  has(slot: number, t: number): boolean {
    return this.#time === t && this.#ties.has(slot);
  }

  /** Makes slot `to` of every window hold what the slot's held just before `t`, and the events at `t`. */
  restore(slot: number, t: number, to: number): void {
    const { saved, rows } = this.#ties.get(slot)!;
    const context = this.#context;
    for (let i = 0; i < this.#windows.length; i++) {
      const window = this.#windows[i]!;
      const bytes = saved[i]!;
      window.loadSaved(to, bytes ?? window.saved(slot));
      window.lookBefore(to, t);
      if (bytes === null) continue;
      context.slot = to;
      context.keys = this.#keys;
      context.current = true;
      for (const row of rows) {
        context.row = row;
        window.store.add(to, t, context);
      }
    }
  }

  /** Where events of age exactly d leave with this event, keeps the windows as they are for the looks before further events at its time. */
  keep(slot: number, row: Row): void {
    const t = row.time;
    if (this.#time !== t) {
      this.#time = t;
      if (this.#ties.size > 0) this.#ties.clear();
    }
    if (this.#ties.size > 0) {
      const tie = this.#ties.get(slot);
      if (tie !== undefined) {
        tie.rows.push(row);
        return;
      }
    }
    let leaving = false;
    for (const window of this.#windows) {
      if (!window.leavesAt(slot, t)) continue;
      window.lookBefore(slot, t);
      if (!window.leavesAt(slot, t)) continue;
      window.noteLeaving(slot, t);
      leaving = true;
    }
    if (!leaving) return;
    const saved = this.#windows.map((window) => (window.leavesAt(slot, t) ? window.saved(slot) : null));
    this.#ties.set(slot, { saved, rows: [row] });
  }

  forget(slot: number): void {
    this.#ties.delete(slot);
  }

  /** Nothing of a slot that has no tie. */
  save(slot: number, out: ByteWriter): void {
    const tie = this.#ties.size === 0 ? undefined : this.#ties.get(slot);
    if (tie === undefined) return;
    out.float(this.#time);
    for (const bytes of tie.saved) {
      out.boolean(bytes !== null);
      if (bytes === null) continue;
      out.uint(bytes.length);
      out.raw(bytes);
    }
    out.uint(tie.rows.length);
    for (const row of tie.rows) writeRow(out, row);
  }

  load(slot: number, input: ByteReader): void {
    const time = input.float();
    const saved = this.#windows.map(() => (input.boolean() ? input.blockBytes().slice() : null));
    const rows: Row[] = [];
    for (let n = input.uint(); n > 0; n--) rows.push(readRow(input));
    // Of the latest instant alone: keys that were stored before it have nothing to say any more.
    if (!(this.#time >= time)) {
      this.#time = time;
      this.#ties.clear();
    }
    if (this.#time === time) this.#ties.set(slot, { saved, rows });
  }
}
