import { createDisorder } from "./disorder.ts";
import { createRandom } from "./random.ts";
import { type SimulationOptions, Traffic } from "./traffic.ts";
import type { Transaction } from "./transaction.ts";

/** One transaction, and when it arrives: a moment after it happened. */
export interface Arrival {
  readonly at: number;
  readonly transaction: Transaction;
}

/**
 * Simulates payments, in the order in which they arrive: the same for the same options.
 *
 * People pay at their favourite merchants, run errands, travel, and now and then their place is wrong (a VPN): what is
 * normal looks unusual at times, as it does in life. Anomalies are injected into that, and labelled.
 *
 * State   a few numbers per person.
 */
export function* simulate(options: SimulationOptions): Generator<Arrival, void, undefined> {
  const disorder = createDisorder(createRandom(options.seed, 5));
  for (const transaction of new Traffic(options).transactions()) yield* disorder.add(transaction);
  yield* disorder.rest();
}
