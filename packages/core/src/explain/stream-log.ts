/** What came of a stream. */
export interface StreamCounts {
  events: number;
  bad: number;
  /** Why the first bad one was. */
  firstReason: string | null;
}

/** Stream names come from data: more than these are not told apart. */
const maxStreams = 1000;

/** Counts events by stream, for `engine.whyNot`. */
export class StreamLog {
  readonly streams: Map<string, StreamCounts> = new Map<string, StreamCounts>();

  offered(stream: string): void {
    const counts = this.#of(stream);
    if (counts !== null) counts.events++;
  }

  bad(stream: string, reason: string): void {
    const counts = this.#of(stream);
    if (counts === null) return;
    counts.bad++;
    counts.firstReason ??= reason;
  }

  #of(stream: string): StreamCounts | null {
    const known = this.streams.get(stream);
    if (known !== undefined) return known;
    if (this.streams.size >= maxStreams) return null;
    const counts = { events: 0, bad: 0, firstReason: null };
    this.streams.set(stream, counts);
    return counts;
  }
}
