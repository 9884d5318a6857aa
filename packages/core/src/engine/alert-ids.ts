import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { hash128 } from "./hash.ts";

/**
 * Names alerts by what they say: scope, rule, status, key, the instant they were made at and `at`; equal ones at one instant are
 * told apart by their order. So an id does not depend on events of other keys, on batches, or on where a restart happened.
 */
export class AlertIds {
  readonly #scope: string;
  #instant = Number.NaN;
  /** The first text of the instant, mostly the only one, and how often it was made; the others. */
  #first = "";
  #firstMade = 0;
  readonly #made = new Map<string, number>();
  /** By rule and status, how texts begin. */
  readonly #beginnings = new Map<string, { readonly firing: string; readonly resolved: string }>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  next(rule: string, status: "firing" | "resolved", keyId: string | number, instant: number, at: number): string {
    if (instant !== this.#instant) {
      this.#instant = instant;
      this.#firstMade = 0;
      if (this.#made.size > 0) this.#made.clear();
    }
    // The JSON of [scope, rule, status, key, instant, at].
    const text = `${this.#beginning(rule, status)}${JSON.stringify(keyId)},${instant},${at}]`;
    const n = this.#count(text);
    return hash128(n === 0 ? text : `${text}#${n}`);
  }

  save(out: ByteWriter): void {
    out.float(this.#instant);
    out.uint(this.#made.size + (this.#firstMade > 0 ? 1 : 0));
    if (this.#firstMade > 0) {
      out.text(this.#first);
      out.uint(this.#firstMade);
    }
    for (const [text, n] of this.#made) {
      out.text(text);
      out.uint(n);
    }
  }

  load(input: ByteReader): void {
    this.#instant = input.float();
    this.#firstMade = 0;
    this.#made.clear();
    for (let n = input.uint(); n > 0; n--) this.#made.set(input.text(), input.uint());
  }

  /** How often the text was made at this instant before. */
  #count(text: string): number {
    if (this.#firstMade === 0 && this.#made.size === 0) {
      this.#first = text;
      this.#firstMade = 1;
      return 0;
    }
    if (this.#firstMade > 0 && text === this.#first) return this.#firstMade++;
    const n = this.#made.get(text) ?? 0;
    this.#made.set(text, n + 1);
    return n;
  }

  #beginning(rule: string, status: "firing" | "resolved"): string {
    let known = this.#beginnings.get(rule);
    if (known === undefined) {
      const begin = (word: string): string => `${JSON.stringify([this.#scope, rule, word]).slice(0, -1)},`;
      known = { firing: begin("firing"), resolved: begin("resolved") };
      this.#beginnings.set(rule, known);
    }
    return known[status];
  }
}
