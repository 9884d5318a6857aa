import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { PaneColumn } from "./pane-columns.ts";
import { FloatColumn } from "./ring-columns.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";

/** When panes began; NaN where that is not known. */
export class TimesColumn extends FloatColumn implements PaneColumn {
  readonly name = "times";
  readonly arg = null;
  readonly bytes = 8;
  readonly readers: Set<RingView> = new Set();
  rings!: SlotRings;
  /** While it is saved or loaded, the time of the pane before. */
  #before = Number.NaN;

  /** Time of a pane. */
  of(slot: number, pane: number): number {
    const { rings } = this;
    rings.seek(slot, pane);
    return this.chunks[rings.chunk]![rings.at]!;
  }

  set(t: number): void {
    this.chunks[this.rings.chunk]![this.rings.at] = t;
  }

  put(): void {
    // The ring sets it.
  }

  clear(): void {
    this.set(Number.NaN);
  }

  begin(): void {
    this.#before = Number.NaN;
  }

  /** How much later than the pane before; times are whole and never decrease. */
  save(out: ByteWriter): void {
    const t = this.chunks[this.rings.chunk]![this.rings.at]!;
    if (Number.isNaN(t)) out.uint(0);
    else if (Number.isNaN(this.#before)) {
      out.uint(1);
      out.float(t);
    } else out.uint(t - this.#before + 2);
    this.#before = t;
  }

  load(input: ByteReader): void {
    const code = input.uint();
    if (code === 0) this.#before = Number.NaN;
    else if (code === 1) this.#before = input.float();
    else this.#before += code - 2;
    this.set(this.#before);
  }
}
