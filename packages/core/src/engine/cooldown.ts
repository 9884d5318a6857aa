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

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Whether an alert of this branch is held back: one fired less than `lengthMs` ago, and not of a branch listed below. */
  suppresses(key: string | number, at: number, branch: number): boolean {
    const last = this.#last.get(key);
    return last !== undefined && at - last.at < this.#lengthMs && branch >= last.branch;
  }

  fired(key: string | number, at: number, branch: number): void {
    this.#last.delete(key);
    this.#last.set(key, { at, branch });
    // Two a time: the map shrinks faster than it grows, and no single alert pays for many.
    let steps = 2;
    for (const [old, last] of this.#last) {
      if (steps-- === 0 || at - last.at < this.#lengthMs) break;
      this.#last.delete(old);
    }
  }

  save(out: ByteWriter): void {
    out.uint(this.#last.size);
    for (const [key, { at, branch }] of this.#last) {
      out.value(key);
      out.float(at);
      out.uint(branch);
    }
  }

  load(input: ByteReader): void {
    for (let n = input.uint(); n > 0; n--) {
      const key = input.value() as string | number;
      this.#last.set(key, { at: input.float(), branch: input.uint() });
    }
  }
}
