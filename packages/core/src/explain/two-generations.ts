/**
 * A bounded map that keeps what was used lately: what was in no use since as many other keys came is dropped.
 *
 * State   at most `capacity` entries.
 */
export class TwoGenerations<T> {
  readonly #half: number;
  readonly #dropped: (values: Iterable<T>) => void;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  /** Whether anything was dropped so far. */
  hasDropped = false;

  constructor(capacity: number, dropped: (values: Iterable<T>) => void = () => {}) {
    this.#half = Math.max(1, Math.ceil(capacity / 2));
    this.#dropped = dropped;
  }

  /** The entry of a key, made where there is none. */
  use(key: string, make: () => T): T {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size > this.#half) {
      if (this.#old.size > 0) this.hasDropped = true;
      this.#dropped(this.#old.values());
      this.#old = this.#young;
      this.#young = new Map();
    }
    return value;
  }

  peek(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  *values(): Generator<T> {
    yield* this.#old.values();
    yield* this.#young.values();
  }
}
