/** A step of a sequence: whether an event is one, and whether it must be missing. */
export interface MatcherStep {
  readonly accepts: (kind: string) => boolean;
}

export interface MatcherEvent {
  readonly ts: number;
  readonly key: number;
  readonly kind: string;
}

/**
 * The times and keys at which EQL finds a sequence, by the state machine of its documentation: one pending match for each state and
 * key, the newest; an event moves on what waits before its step; a match is dropped if it spans too much, or if an event that ends it
 * came since its last event.
 */
export function eqlMatches(
  events: readonly MatcherEvent[],
  steps: readonly MatcherStep[],
  maxspanMs: number,
  until: ((kind: string) => boolean) | null,
): readonly string[] {
  const found: string[] = [];
  for (const key of new Set(events.map((event) => event.key))) {
    const own = events.filter((event) => event.key === key);
    // By state, the pending match that waits there: its first event, and its last by position.
    const pending = steps.map((): { start: number; at: number } | null => null);
    const ends: number[] = [];
    for (const [position, { ts, kind }] of own.entries()) {
      // From the last step on, so that an event is not used twice in one match.
      for (let step = steps.length - 1; step >= 0; step--) {
        if (steps[step]?.accepts(kind) !== true) continue;
        if (step === 0) {
          pending[0] = { start: ts, at: position };
          continue;
        }
        const waiting = pending[step - 1] ?? null;
        pending[step - 1] = null;
        if (waiting === null || ts - waiting.start > maxspanMs) continue;
        if (ends.some((end) => end > waiting.at)) continue;
        if (step === steps.length - 1) found.push(`${ts} ${key}`);
        else pending[step] = { start: waiting.start, at: position };
      }
      if (until?.(kind) === true) ends.push(position);
    }
  }
  return found.toSorted();
}
