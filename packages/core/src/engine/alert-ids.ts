import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { HashText } from "./hash-text.ts";

/**
 * Names alerts by what they say: scope, rule, status, key, the instant they were made at and `at`; equal ones at one instant are
 * told apart by their order. So an id does not depend on events of other keys, on batches, or on where a restart happened.
 *
 *   hash128('[scope,rule,status,key,instant,at]'), in JSON, with `#n` behind it from the second that says the same on
 */
export class AlertIds {
  readonly #scope: string;
  readonly #text = new HashText();
  #instant = Number.NaN;
  /** The first id of the instant, mostly the only one, and how often the same was said; the others. */
  #first = "";
  #firstMade = 0;
  readonly #made = new Map<string, number>();
  /** By rule and status, how texts begin. */
  readonly #beginnings = new Map<string, { readonly firing: number; readonly resolved: number }>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  next(rule: string, status: "firing" | "resolved", keyId: string | number, instant: number, at: number): string {
    if (instant !== this.#instant) {
      this.#instant = instant;
      this.#firstMade = 0;
      if (this.#made.size > 0) this.#made.clear();
    }
    const text = this.#text;
    text.begin(this.#beginning(rule, status));
    text.json(keyId);
    text.add(",");
    text.whole(instant);
    text.add(",");
    text.whole(at);
    text.add("]");
    const id = text.hash();
    const n = this.#count(id);
    if (n === 0) return id;
    text.add("#");
    text.whole(n);
    return text.hash();
  }

  save(out: ByteWriter): void {
    out.float(this.#instant);
    out.uint(this.#made.size + (this.#firstMade > 0 ? 1 : 0));
    if (this.#firstMade > 0) {
      out.text(this.#first);
      out.uint(this.#firstMade);
    }
    for (const [id, n] of this.#made) {
      out.text(id);
      out.uint(n);
    }
  }

  load(input: ByteReader): void {
    this.#instant = input.float();
    this.#firstMade = 0;
    this.#made.clear();
    for (let n = input.uint(); n > 0; n--) this.#made.set(input.text(), input.uint());
  }

  /** How often the same was said at this instant before. */
  #count(id: string): number {
    if (this.#firstMade === 0 && this.#made.size === 0) {
      this.#first = id;
      this.#firstMade = 1;
      return 0;
    }
    if (this.#firstMade > 0 && id === this.#first) return this.#firstMade++;
    const n = this.#made.get(id) ?? 0;
    this.#made.set(id, n + 1);
    return n;
  }

  #beginning(rule: string, status: "firing" | "resolved"): number {
    let known = this.#beginnings.get(rule);
    if (known === undefined) {
      const begin = (word: string): number =>
        this.#text.beginning(`${JSON.stringify([this.#scope, rule, word]).slice(0, -1)},`);
      known = { firing: begin("firing"), resolved: begin("resolved") };
      this.#beginnings.set(rule, known);
    }
    return known[status];
  }
}
