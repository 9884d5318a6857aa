import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { hash128 } from "./hash.ts";

/**
 * Names alerts by what they say: scope, rule, status, key, the instant they were made at and `at`; equal ones at one instant are
 * told apart by their order. So an id does not depend on events of other keys, on batches, or on where a restart happened.
 */
export class AlertIds {
  readonly #scope: string;
  #instant = Number.NaN;
  readonly #made = new Map<string, number>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  next(rule: string, status: string, keyId: string | number, instant: number, at: number): string {
    if (instant !== this.#instant) {
      this.#instant = instant;
      this.#made.clear();
    }
    const text = JSON.stringify([this.#scope, rule, status, keyId, instant, at]);
    const n = this.#made.get(text) ?? 0;
    this.#made.set(text, n + 1);
    return hash128(n === 0 ? text : `${text}#${n}`);
  }

  save(out: ByteWriter): void {
    out.float(this.#instant);
    out.uint(this.#made.size);
    for (const [text, n] of this.#made) {
      out.text(text);
      out.uint(n);
    }
  }

  load(input: ByteReader): void {
    this.#instant = input.float();
    for (let n = input.uint(); n > 0; n--) this.#made.set(input.text(), input.uint());
  }
}
