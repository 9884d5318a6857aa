import type { EvalContext } from "../evaluate.ts";
import type { Row } from "../row.ts";
import { ByteReader } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { isKeyValue, keyOf } from "../values/compare.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";

/** A key as maps know it. */
export type KeyId = string | number;

/**
 * Which keys of a cell are in memory, where the others are stored elsewhere.
 *
 * A key may leave while nothing is due for it later and what is stored of it is what it is now. It is back before its next event: a key
 * that comes new must be known to be stored nowhere, or else its state would be split in two, which is an error of whoever asked.
 *
 * State   keys known to be stored nowhere, since the last `settle`; a number per slot.
 */
export class GroupResidence {
  readonly #cell: GroupCell;
  /** Whether keys that are stored are being taken in. */
  admitting: boolean = false;
  #partial = false;
  /** Keys that are stored nowhere. */
  #absent = new Set<KeyId>();
  /** Keys of events that wait for the clock. */
  #awaited: ReadonlySet<KeyId> = new Set();
  #hand: Iterator<number> | null = null;

  constructor(cell: GroupCell) {
    this.#cell = cell;
  }

  /** Whether keys of these rules may leave: nothing that happens to a key may be unknown before its event is pushed. */
  static fits({ spec, runners }: Group, derived: ReadonlySet<string>): boolean {
    const { from, keySize } = spec;
    if (keySize === 0 || (from !== null && from.some((stream) => derived.has(stream)))) return false;
    return runners.every((runner) => runner.holds !== undefined);
  }

  /** The key of the event, where it has one and passes the filter; nothing is changed. */
  keyOf(row: Row, context: EvalContext): readonly Value[] | null {
    const { where, key } = this.#cell.group.spec;
    context.row = row;
    context.current = true;
    if (where !== null && where(context) !== true) return null;
    const parts = key(row.stream).map((part) => part(context));
    return parts.every(isKeyValue) ? parts : null;
  }

  entryName(id: KeyId): string {
    return this.#cell.state.entryName(id);
  }

  /** Whether some key is not in memory. */
  get partial(): boolean {
    return this.#partial;
  }

  /** Whether what is stored of a key has to be looked at before its event. */
  needs(key: readonly Value[], id: KeyId): boolean {
    if (!this.#partial || this.#cell.slots.find(key) !== -1) return false;
    if (this.#absent.has(id)) return false;
    if (!this.#cell.state.hasGone(id)) return true;
    // By the time of its event the store may have dropped it too, and nobody remembers.
    this.#absent.add(id);
    return false;
  }

  /** Takes back what was stored of a key; `null`: nothing is. */
  admit(id: KeyId, value: Uint8Array | null): void {
    if (value === null) {
      this.#absent.add(id);
      return;
    }
    this.admitting = true;
    this.#cell.state.loadOwn(new ByteReader(value));
    this.admitting = false;
  }

  /**
   * Forgets a stored key that is not in memory if it has no live state any more, so that it goes from the store too; answers whether it
   * did. While everything stored is the base.
   */
  expire(value: Uint8Array): boolean {
    const { slots, state, group } = this.#cell;
    const key = state.keyOf(new ByteReader(value));
    const id = keyOf(key);
    // What was dropped already is still stored until that is committed.
    if (slots.find(key) !== -1 || this.#absent.has(id) || state.hasGone(id)) return false;
    this.admit(id, value);
    const slot = slots.find(key);
    group.forgetIfIdle(slot);
    if (slots.key(slot) === undefined) return true;
    group.dismiss(slot);
    return false;
  }

  /** A key gets a slot that had none. */
  claims(key: readonly Value[]): void {
    if (!this.#partial || this.admitting) return;
    const id = keyOf(key);
    if (this.#absent.has(id) || this.#cell.state.hasGone(id)) return;
    throw new Error(`the state of a key of group ${this.#cell.id} was not looked up before its event`);
  }

  /** Keys known to be stored nowhere that are still remembered. */
  get absent(): number {
    return this.#absent.size;
  }

  /** Keys that something is due for: they stay. */
  held(): number {
    let count = 0;
    for (const slot of this.#cell.slots.liveSlots()) if (this.#cell.group.holds(slot)) count++;
    return count;
  }

  /**
   * To be called while everything stored is the base: `awaited` are the keys of the events that wait for the clock. They stay, and
   * those of them that are not here are nowhere, for they were looked up when their event came.
   */
  settle(awaited: ReadonlySet<KeyId>): void {
    const { slots } = this.#cell;
    this.#awaited = awaited;
    const here = new Set<KeyId>();
    if (awaited.size > 0) for (const slot of slots.liveSlots()) here.add(keyOf(slots.key(slot)!));
    this.#absent = new Set([...awaited].filter((id) => !here.has(id)));
  }

  /**
   * Lets about `count` keys go that had no event since the hand last came by, stored as they are now; gives how many went. After
   * `settle`. It looks at a bounded number of keys, and goes on there the next time.
   */
  evict(count: number): number {
    const { slots, state, group } = this.#cell;
    const seen = group.seenTimes;
    let gone = 0;
    for (let steps = 4 * count + 64; steps > 0 && gone < count && slots.live > 0; steps--) {
      this.#hand ??= slots.around();
      const next = this.#hand.next();
      if (next.done === true) {
        this.#hand = null;
        continue;
      }
      const slot = next.value;
      const newest = group.lastTime(slot);
      if (seen[slot] !== newest) {
        while (seen.length <= slot) seen.push(Number.NaN);
        seen[slot] = newest;
        continue;
      }
      if (state.isDirty(slot) || group.holds(slot) || this.#awaited.has(keyOf(slots.key(slot)!))) continue;
      gone++;
      // Of some nothing is left to keep: they go from the store too.
      group.release(slot);
      if (slots.key(slot) === undefined) continue;
      this.#partial = true;
      group.dismiss(slot);
    }
    return gone;
  }

  /** Nothing is left of a key, wherever. */
  forgets(key: readonly Value[]): void {
    if (this.#partial) this.#absent.add(keyOf(key));
  }
}
