import { ByteReader, ByteWriter } from "../../snapshot/bytes.ts";
import type { Headers } from "../contracts/log.ts";
import { carriedHeaders } from "./alert-message.ts";

interface Kept {
  readonly time: number;
  readonly headers: Headers;
}

/** After so many events it is looked for the first time which of them have had their turn. */
const first = 1024;

/**
 * The headers of events that wait for the clock, for the alerts that these make when their turn comes.
 *
 * State   those of events that have any of the headers carried; a few that had their turn too.
 */
export class WaitingHeaders {
  readonly #names: readonly string[];
  readonly #kept = new Map<number, Kept>();
  #most = first;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** `clock`: where the events have had their turn. */
  keep(event: number, time: number, headers: Headers, clock: () => number | null): void {
    if (!this.#names.some((name) => headers[name] !== undefined)) return;
    const carried = carriedHeaders(headers, this.#names);
    if (Object.keys(carried).length === 0) return;
    this.#kept.set(event, { time, headers: carried });
    if (this.#kept.size >= this.#most) this.#drop(clock());
  }

  headersOf(event: number): Headers {
    return this.#kept.get(event)?.headers ?? {};
  }

  save(clock: number | null): Uint8Array {
    this.#drop(clock);
    const out = new ByteWriter();
    out.uint(this.#kept.size);
    for (const [event, { time, headers }] of this.#kept) {
      out.uint(event);
      out.float(time);
      const entries = Object.entries(headers);
      out.uint(entries.length);
      for (const [name, value] of entries) {
        out.text(name);
        out.boolean(typeof value === "string");
        if (typeof value === "string") out.text(value);
        else {
          out.uint(value.length);
          out.raw(value);
        }
      }
    }
    return out.bytes();
  }

  load(bytes: Uint8Array): void {
    const input = new ByteReader(bytes);
    for (let n = input.uint(); n > 0; n--) {
      const event = input.uint();
      const time = input.float();
      const headers: Record<string, Uint8Array | string> = {};
      for (let k = input.uint(); k > 0; k--) {
        const name = input.text();
        headers[name] = input.boolean() ? input.text() : input.raw(input.uint()).slice();
      }
      this.#kept.set(event, { time, headers });
    }
  }

  #drop(clock: number | null): void {
    if (clock !== null) for (const [event, { time }] of this.#kept) if (time < clock) this.#kept.delete(event);
    this.#most = Math.max(first, 2 * this.#kept.size);
  }
}
