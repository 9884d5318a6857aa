/**
 * The values of the language at run time.
 *
 * NULL, BOOLEAN, NUMBER, STRING, LIST and OBJECT are JavaScript's own; TIME and DURATION are wrapped so that `1s + 1` and
 * `ts = 5` can be told from arithmetic on numbers.
 */
export type Value = null | boolean | number | string | Time | Duration | readonly Value[] | ValueObject;

export interface ValueObject {
  readonly [name: string]: Value;
}

/** A point in time, epoch milliseconds, whole. */
export class Time {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A length of time in milliseconds; may be negative or have a fraction (`1s / 3`). */
export class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}
