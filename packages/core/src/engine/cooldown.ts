import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";

interface Fired {
  readonly at: number;
  readonly branch: number;
}

/**
 * When an alert last fired, per key of a rule or value of PER.
 *
 * State   one entry per key that fired within the last `lengthMs`; older ones are dropped as the next alert comes.
 */
export class Cooldown {
  readonly #lengthMs: number;
  /** In order of `at`: an entry that is set again moves to the end. */
  readonly #last = new Map<string | number, Fired>();
  #changed: Set<string | number> | null = null;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Whether an alert of this branch is held back: one fired less than `lengthMs` ago, and not of a branch listed below. */
  suppresses(key: string | number, at: number, branch: number): boolean {
    const last = this.#last.get(key);
    return last !== undefined && at - last.at < this.#lengthMs && branch >= last.branch;
  }

  /** When the cooldown of a key is over. */
  until(key: string | number): number {
    return (this.#last.get(key)?.at ?? -Infinity) + this.#lengthMs;
  }

  fired(key: string | number, at: number, branch: number): void {
    this.#last.delete(key);
    this.#last.set(key, { at, branch });
    this.#changed?.add(key);
    // Two a time: the map shrinks faster than it grows, and no single alert pays for many.
    let steps = 2;
    for (const [old, last] of this.#last) {
      if (steps-- === 0 || at - last.at < this.#lengthMs) break;
      this.#last.delete(old);
      this.#changed?.add(old);
    }
  }

  /** The keys that wait, in the order in which they fired. */
  keys(): Iterable<string | number> {
    return this.#last.keys();
  }

  get size(): number {
    return this.#last.size;
  }

  /** Keys whose entry came, changed or went since this was last asked for; to begin with, none: they are noted from then on. */
  takeChanged(): Iterable<string | number> {
    const changed = this.#changed ?? [];
    this.#changed = new Set();
    return changed;
  }

  has(key: string | number): boolean {
    return this.#last.has(key);
  }

  saveEntry(key: string | number, out: ByteWriter): void {
    const { at, branch } = this.#last.get(key)!;
    out.value(key);
    out.float(at);
    out.uint(branch);
  }

  loadEntry(input: ByteReader): void {
    const key = input.value() as string | number;
    this.#last.set(key, { at: input.float(), branch: input.uint() });
  }

  /** To be called after entries were loaded in any order. */
  sortByTime(): void {
    const entries = [...this.#last].sort(([, a], [, b]) => a.at - b.at);
    this.#last.clear();
    for (const [key, fired] of entries) this.#last.set(key, fired);
  }
}
