/** The state of a run after some events. */
export interface Snapshot {
  /** How many events had been pushed. */
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly alerts: number;
  readonly hash: string;
}

const firstInterval = 16_384;
const maxBytes = 64 * 1024 * 1024;

/** States of a run at even distances, so that any place can be reached by a short replay; bounded in memory. */
export class Snapshots {
  #kept: Snapshot[] = [];
  #interval = firstInterval;
  #bytes = 0;

  isDue(position: number): boolean {
    return position % this.#interval === 0;
  }

  add(snapshot: Snapshot): void {
    this.#kept.push(snapshot);
    this.#bytes += snapshot.bytes.length;
    while (this.#bytes > maxBytes && this.#kept.length > 0) this.#thin();
  }

  /** The latest at or before `position`; `null` where a replay has to start from the beginning. */
  before(position: number): Snapshot | null {
    return this.#kept.findLast((snapshot) => snapshot.position <= position) ?? null;
  }

  #thin(): void {
    this.#interval *= 2;
    this.#kept = this.#kept.filter(({ position }) => position % this.#interval === 0);
    this.#bytes = this.#kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
