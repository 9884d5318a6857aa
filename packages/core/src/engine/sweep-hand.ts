const CHUNK = 64;
const SLOTS_PER_EVENT = 2;

/**
 * A hand that goes over the slots to find keys that can be forgotten, so that no key needs a timer of its own: around once in half
 * the time for which a key has to be kept, or by two slots an event where that time is not known.
 */
export class SweepHand {
  readonly #periodMs: number;
  #at = 1;
  /** Slots are looked at with the first event from then on. */
  due: number;

  /** `periodMs`: for how long keys are kept; 0: unknown; `Infinity`: for ever. */
  constructor(periodMs: number) {
    this.#periodMs = periodMs;
    this.due = periodMs === Infinity ? Infinity : -Infinity;
  }

  /** Visits some slots below `size`; gives whether it has gone around. */
  move(t: number, size: number, visit: (slot: number) => void): boolean {
    const known = this.#periodMs > 0;
    if (known) this.due = t + (this.#periodMs * CHUNK) / (2 * Math.max(size, CHUNK));
    let around = false;
    for (let steps = known ? Math.min(CHUNK, size) : SLOTS_PER_EVENT; steps > 0; steps--) {
      if (this.#at >= size) {
        this.#at = 1;
        around = true;
        if (known) break;
      }
      if (this.#at < size) visit(this.#at++);
    }
    return around;
  }
}
