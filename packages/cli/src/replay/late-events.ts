const shown = 3;
const binsPerDoubling = 32;

/** Counts late events by how much LATENESS would have kept them. State: one number per 2 % of delay. */
export class LateEvents {
  readonly #latenessMs: number;
  readonly #bins = new Map<number, { count: number; largestMs: number }>();
  /** Where the first were, and why they were late. */
  readonly first: { readonly place: string; readonly reason: string }[] = [];
  count = 0;

  /** `latenessMs` is what is in force. */
  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  add(place: string, reason: string, behindMs: number): void {
    this.count++;
    if (this.first.length < shown) this.first.push({ place, reason });
    const neededMs = this.#latenessMs + behindMs;
    const number = Math.floor(Math.log2(Math.max(1, neededMs)) * binsPerDoubling);
    const bin = this.#bins.get(number);
    if (bin === undefined) this.#bins.set(number, { count: 1, largestMs: neededMs });
    else {
      bin.count++;
      bin.largestMs = Math.max(bin.largestMs, neededMs);
    }
  }

  /** The LATENESS that would have kept this share of `events`, about; the one in force where that did. */
  latenessFor(share: number, events: number): number {
    let late = this.count;
    if (late <= events * (1 - share)) return this.#latenessMs;
    for (const [, bin] of [...this.#bins].sort(([a], [b]) => a - b)) {
      late -= bin.count;
      if (late <= events * (1 - share)) return roundUp(bin.largestMs);
    }
    return this.#latenessMs;
  }
}

/** Up to a length of time that one would write. */
function roundUp(ms: number): number {
  const unit = [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000].findLast((step) => ms >= step * 20) ?? 1;
  return Math.ceil(ms / unit) * unit;
}
