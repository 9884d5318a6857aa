import type { Plain } from "../dispatch/guard.ts";
import { fromHost } from "../values/from-host.ts";
import type { GroupCell } from "./group-cell.ts";

/** The cells of a group: one, or those of a template, which an event finds by its field. */
export class GroupCells {
  /** In the order in which they came. */
  readonly all: GroupCell[] = [];
  /** The field that a template asks for; `null`: there is one cell alone. */
  readonly field: string | null;
  /** The cell of the event that is being matched. */
  entered: GroupCell | null = null;
  readonly #byConstant = new Map<unknown, GroupCell>();
  readonly #bySlot: GroupCell[] = [];
  #spaces = 0;

  constructor(field: string | null) {
    this.field = field;
  }

  add(cell: GroupCell): void {
    this.all.push(cell);
    this.entered = cell;
    for (const constant of cell.constants ?? []) this.#byConstant.set(constant, cell);
  }

  remove(cell: GroupCell): void {
    this.all.splice(this.all.indexOf(cell), 1);
    for (const constant of cell.constants ?? []) this.#byConstant.delete(constant);
  }

  /** Where the names of keys of one more cell are told from those of all cells there ever were. */
  newSpace(): number {
    return ++this.#spaces;
  }

  get constants(): readonly Plain[] {
    return this.all.flatMap(({ constants }) => constants ?? []);
  }

  /** Goes to the cell whose rules an event concerns; whether there is one. */
  enter(data: Readonly<Record<string, unknown>>): boolean {
    if (this.field === null) return true;
    const x = data[this.field];
    // Of the values that equal a constant, all but whole numbers of the host are what they are.
    const cell = this.#byConstant.get(typeof x === "bigint" ? fromHost(x) : x);
    if (cell === undefined) return false;
    this.entered = cell;
    return true;
  }

  /** A key of a cell got a slot. */
  claimed(slot: number, cell: GroupCell): void {
    if (this.field === null) return;
    this.#bySlot[slot] = cell;
  }

  at(slot: number): GroupCell {
    return this.field === null ? this.all[0]! : this.#bySlot[slot]!;
  }
}
