import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Part } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import { MIXED, ValueCells } from "./value-cells.ts";

/**
 * LAST: the newest value that is not NULL. When its pane leaves, all older ones have left.
 *
 * State   9 bytes a slot (17 with strings), 4 more where panes leave.
 */
export class LastValue implements Part {
  readonly arg: number;
  readonly #ring: EventRing | null;
  readonly #values = new ValueCells(0);
  readonly #pane: IntField;

  constructor(arg: number, ring: EventRing | null, records: Records) {
    this.#pane = new IntField(records, 0);
    this.arg = arg;
    this.#ring = ring;
  }

  value(slot: number): Value {
    const cell = this.#values.get(slot);
    return cell === MIXED ? null : cell;
  }

  grow(capacity: number): void {
    this.#values.grow(capacity);
  }

  add(slot: number, value: Value): void {
    if (value === null) return;
    this.#values.set(slot, value);
    if (this.#ring !== null) this.#pane.set(slot, this.#ring.tail(slot) - 1);
  }

  leave(slot: number): void {
    if (this.#pane.get(slot) === this.#ring!.head(slot)) this.#values.set(slot, null);
  }

  reset(slot: number): void {
    this.#values.set(slot, null);
  }

  save(slot: number, out: ByteWriter): void {
    const value = this.value(slot);
    out.value(value);
    if (this.#ring !== null && value !== null) out.uint((this.#pane.get(slot) - this.#ring.head(slot)) | 0);
  }

  load(slot: number, input: ByteReader): void {
    const value = input.value();
    this.#values.set(slot, value);
    if (this.#ring !== null && value !== null) this.#pane.set(slot, this.#ring.head(slot) + input.uint());
  }
}
