/** What the simulator can inject. Each kind has its rule in `examples/fraud/fraud.weir`. */
export const anomalyKinds = ["velocity", "amount", "travel", "burst", "merchants"] as const;

export type AnomalyKind = (typeof anomalyKinds)[number];

/** One simulated payment, as it is written. */
export interface Transaction {
  readonly stream: "transactions";
  /** Epoch milliseconds. */
  readonly ts: number;
  readonly id: string;
  readonly user: string;
  readonly amount: number;
  readonly merchant: string;
  readonly category: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly status: "approved" | "declined";
  /** The kind of anomaly it is a part of; only then is it there. */
  readonly label?: AnomalyKind;
}

/** What was injected: alerts about this user in this time, both ends included, are right. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly user: string;
  readonly from: number;
  readonly to: number;
  /** How many transactions belong to it. */
  readonly transactions: number;
}
