import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import type { PaneColumn } from "./pane-columns.ts";
import { IntField, Records } from "./records.ts";
import { RingView, type ViewOptions } from "./ring-view.ts";
import { SlotRings } from "./slot-rings.ts";
import { TimesColumn } from "./times-column.ts";

/** Panes that nobody needs beyond as many as are needed are let go of. */
export const SPARE_PANES = 8;

/** Columns that are kept for the same windows, and so lie in the same rings. */
export interface Lane {
  readonly rings: SlotRings;
  readonly readers: readonly RingView[];
}

/**
 * The newest events of every slot in order of time, once for all windows that read them: when they were, and what the arguments of
 * aggregates were in them. A pane is an event, or a slice of several where it belongs to a window in slices.
 *
 *   times     │ · · · · · · · · · · · │     windows of 1h, 1m
 *   amount                │ · · · · · │     windows of 1m
 *             └ head of 1h └ head of 1m
 *
 * Panes are numbered by integers that go up for ever (and wrap at 32 bits). Columns are kept as long as the longest window that
 * reads them asks for: those kept for the same windows make a lane.
 *
 * Time    panes that no window needs are let go of where their place is needed, or they are more than the others.
 * State   8 bytes an event for its time, where a window asks for it, and what columns need; 4 bytes a slot and 16 for each lane.
 */
export class EventRing {
  readonly args: Evaluate[] = [];
  /** What the arguments are, by content. */
  readonly argNames: string[] = [];
  /** The arguments of the event that was added last. */
  readonly values: Value[] = [];
  times: TimesColumn | null = null;
  readonly #records: Records;
  readonly #views: RingView[] = [];
  readonly #columns = new Map<string, PaneColumn>();
  readonly #tail: IntField;
  #lanes: readonly Lane[] = [];

  constructor(records: Records = new Records()) {
    this.#records = records;
    this.#tail = new IntField(records, 0);
  }

  /** A window over these events. Before `seal`. */
  view(options: ViewOptions): RingView {
    const view = new RingView(this, options, this.#records);
    this.#views.push(view);
    if (options.timed) {
      this.times ??= new TimesColumn();
      this.times.readers.add(view);
    }
    return view;
  }

  /** The position of an argument: equal ones are one. Before `seal`. */
  argument(name: string, evaluate: Evaluate): number {
    const known = this.argNames.indexOf(name);
    if (known !== -1) return known;
    this.args.push(evaluate);
    this.values.push(null);
    return this.argNames.push(name) - 1;
  }

  /** The column of that name: made by the first window that asks for it. Before `seal`. */
  column<T extends PaneColumn>(name: string, reader: RingView, make: () => T): T {
    const column = (this.#columns.get(name) as T | undefined) ?? make();
    this.#columns.set(name, column);
    column.readers.add(reader);
    return column;
  }

  /** Once all windows are known, before the first record is made. */
  seal(): void {
    const lanes = new Map<string, { readers: RingView[]; columns: PaneColumn[] }>();
    for (const column of this.#allColumns()) {
      const readers = this.#views.filter((view) => column.readers.has(view));
      const deciding = readers.filter((view) => !readers.some((other) => outlasts(other, view, readers)));
      const name = deciding.map((view) => this.#views.indexOf(view)).join();
      const lane = lanes.get(name) ?? { readers: deciding, columns: [] };
      lanes.set(name, lane);
      lane.columns.push(column);
    }
    // The times go last: what other lanes let go of is told from them, and they are kept the longest.
    this.#lanes = [...lanes.values()].reverse().map(({ readers, columns }) => {
      const rings = new SlotRings(columns, this.#records);
      for (const column of columns) column.rings = rings;
      return { rings, readers };
    });
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
  }

  /** The columns, but for the times. */
  get columns(): Iterable<PaneColumn> {
    return this.#columns.values();
  }

  /** Cells that there is room for, of all lanes. */
  get cells(): number {
    return this.#lanes.reduce((sum, { rings }) => sum + rings.cells, 0);
  }

  /** The number that the next pane will have. */
  tail(slot: number): number {
    return this.#tail.get(slot);
  }

  /** Time of the newest pane, while some window may look at it. */
  newest(slot: number): number {
    const { times } = this;
    return times === null || times.rings.length(slot) === 0
      ? Number.NEGATIVE_INFINITY
      : times.of(slot, this.tail(slot) - 1);
  }

  /** Adds the event of `context`. */
  add(slot: number, t: number, context: EvalContext): void {
    this.makeRoom(slot, t);
    for (let i = 0; i < this.args.length; i++) this.values[i] = this.args[i]!(context);
    this.push(slot, t);
    for (const column of this.#columns.values()) if (column.arg !== null) column.put(this.values[column.arg]!);
  }

  /** Adds a pane; all columns are on it then. */
  push(slot: number, t: number): void {
    for (const { rings } of this.#lanes) rings.push(slot);
    this.times?.set(t);
    this.#tail.set(slot, this.#tail.get(slot) + 1);
  }

  /** Lets go of what no window looks at any more, where that is due before an event at `t` is added. */
  makeRoom(slot: number, t: number): void {
    for (const lane of this.#lanes) {
      const { rings, readers } = lane;
      const isDue = rings.isFull(slot) || readers.every((view) => isMostlyPast(rings, view, slot));
      if (isDue) this.releaseLane(lane, slot, t);
    }
  }

  /** Lets go of what no window looks at any more, at an event at `t`. */
  release(slot: number, t: number): void {
    for (const lane of this.#lanes) this.releaseLane(lane, slot, t);
  }

  releaseLane({ rings, readers }: Lane, slot: number, t: number): void {
    const first = rings.first(slot);
    let past = rings.length(slot);
    for (let i = 0; i < readers.length; i++) {
      past = Math.min(past, (readers[i]!.needsFrom(slot, first, t) - first) | 0);
    }
    rings.shiftTo(slot, first + past);
  }

  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  /** Where code finds the number that the next pane will have. */
  get tailOffset(): number {
    return this.#tail.offset;
  }

  /** Lets go of everything; windows are to be reset. */
  clear(slot: number): void {
    for (const { rings } of this.#lanes) rings.clear(slot);
  }

  /** Moves all columns to a pane that all of them have. */
  seek(slot: number, pane: number): void {
    for (const { rings } of this.#lanes) rings.seek(slot, pane);
  }

  /** What is kept: how many panes, then each column, of the newest panes as many as it has. */
  sections(): readonly StateSection[] {
    const ring: StateSection = {
      id: "panes",
      save: (slot, out) => {
        this.release(slot, this.newest(slot));
        out.uint(Math.max(0, ...this.#lanes.map(({ rings }) => rings.length(slot))));
      },
      load: (slot, input) => this.#fill(slot, input.uint()),
    };
    return [ring, ...this.#allColumns().map((column) => columnSection(column))];
  }

  *#eachColumn(): Generator<PaneColumn> {
    if (this.times !== null) yield this.times;
    yield* this.#columns.values();
  }

  #allColumns(): PaneColumn[] {
    return [...this.#eachColumn()];
  }

  /** Panes of which nothing is known yet. */
  #fill(slot: number, panes: number): void {
    this.clear(slot);
    this.#tail.set(slot, 0);
    for (const { rings } of this.#lanes) rings.beginAt(slot, -panes);
    for (let pane = 0; pane < panes; pane++) {
      for (const { rings } of this.#lanes) rings.push(slot);
      for (const column of this.#eachColumn()) column.clear();
    }
  }
}

function isMostlyPast(rings: SlotRings, view: RingView, slot: number): boolean {
  return 2 * ((view.head(slot) - rings.first(slot)) | 0) > rings.length(slot) + SPARE_PANES;
}

/** Whether all that `view` looks at is kept for `other` anyway; of two that are equal the first counts. */
function outlasts(other: RingView, view: RingView, all: readonly RingView[]): boolean {
  if (other === view) return false;
  const a = other.options;
  const b = view.options;
  // How long other windows keep an event is known to those alone that move them.
  if (a.backMs === null || b.backMs === null) return false;
  if (a.backMs < b.backMs || (a.most !== null && (b.most === null || a.most < b.most))) return false;
  const same = a.backMs === b.backMs && a.most === b.most;
  return !same || all.indexOf(other) < all.indexOf(view);
}

function columnSection(column: PaneColumn): StateSection {
  return {
    id: column.name,
    save: (slot, out) => {
      const { rings } = column;
      const end = rings.end(slot);
      column.begin?.();
      out.uint(rings.length(slot));
      for (let pane = rings.first(slot); pane !== end; pane = (pane + 1) | 0) {
        rings.seek(slot, pane);
        column.save(out);
      }
    },
    load: (slot, input) => {
      const { rings } = column;
      const end = rings.end(slot);
      column.begin?.();
      for (let pane = (end - input.uint()) | 0; pane !== end; pane = (pane + 1) | 0) {
        rings.seek(slot, pane);
        column.load(input);
      }
    },
  };
}
