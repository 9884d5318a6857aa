import { MinHeap } from "./min-heap.ts";
import type { Random } from "./random.ts";
import type { Arrival } from "./simulate.ts";
import type { Transaction } from "./transaction.ts";

/** Puts transactions into the order in which they arrive. */
export interface Disorder {
  /** Takes the next as they happen; gives those that have arrived by then. */
  add(transaction: Transaction): Generator<Arrival, void, undefined>;
  rest(): Generator<Arrival, void, undefined>;
}

/** One in so many comes after others that happened later: a LATENESS of 2 s keeps it. */
const delayedEvery = 250;
const meanDelayMs = 400;
const maxDelayMs = 1900;
/** One in so many is held up for longer. */
const heldUpEvery = 25_000;

export function createDisorder(random: Random): Disorder {
  const travelling = new MinHeap<Arrival>();
  const delay = (): number => {
    if (random.below(heldUpEvery) === 0) return random.between(3000, 9000);
    return random.below(delayedEvery) === 0 ? Math.min(maxDelayMs, random.exponential(meanDelayMs)) : 0;
  };

  function* arrivedBy(time: number): Generator<Arrival, void, undefined> {
    while (travelling.first <= time) {
      const arrival = travelling.pop();
      if (arrival !== undefined) yield arrival;
    }
  }
  return {
    *add(transaction) {
      yield* arrivedBy(transaction.ts);
      const at = transaction.ts + delay();
      travelling.push(at, { at, transaction });
    },
    *rest() {
      while (travelling.size > 0) {
        const arrival = travelling.pop();
        if (arrival !== undefined) yield arrival;
      }
    },
  };
}
