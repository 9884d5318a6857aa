import type { Random } from "./random.ts";
import type { AnomalyKind } from "./transaction.ts";

/** When an anomaly begins, and how far apart its transactions are. */
export interface PlannedAnomaly {
  readonly kind: AnomalyKind;
  readonly start: number;
  /** From each transaction to the next, milliseconds; one less than there are transactions. */
  readonly gaps: readonly number[];
}

const secondMs = 1000;
const minuteMs = 60_000;
/** One anomaly of each kind for so many transactions. */
const transactionsPerAnomaly = 4000;
/** Before this share of the time nothing is injected: what is unusual shows only against what is usual. */
const quietShare = 0.2;

interface Shape {
  readonly transactions: readonly [number, number];
  /** The usual gap between two. */
  readonly gapMs: readonly [number, number];
  /** No smaller gap, where a short recording leaves little time: quicker, it would be another kind of anomaly. */
  readonly minGapMs: number;
}

const shapes: Readonly<Record<AnomalyKind, Shape>> = {
  // Stays below the rapid-fire burst: at most 3 in 10 s.
  velocity: { transactions: [22, 45], gapMs: [30 * secondMs, 75 * secondMs], minGapMs: 3400 },
  amount: { transactions: [1, 1], gapMs: [0, 0], minGapMs: 0 },
  travel: { transactions: [2, 2], gapMs: [3 * minuteMs, 40 * minuteMs], minGapMs: 20 * secondMs },
  burst: { transactions: [7, 15], gapMs: [200, 900], minGapMs: 200 },
  merchants: { transactions: [9, 15], gapMs: [60 * secondMs, 220 * secondMs], minGapMs: 3400 },
};

/** Plans anomalies over a recording of this length. What does not fit into it is left out. */
export function planAnomalies(
  kinds: readonly AnomalyKind[],
  transactions: number,
  start: number,
  lengthMs: number,
  random: Random,
): readonly PlannedAnomaly[] {
  const count = Math.max(1, Math.round(transactions / transactionsPerAnomaly));
  const planned: PlannedAnomaly[] = [];
  let left = transactions / 2;
  for (let i = 0; i < count; i++) {
    for (const kind of kinds) {
      const gaps = planGaps(shapes[kind], lengthMs, random);
      const duration = gaps.reduce((sum, gap) => sum + gap, 0);
      const latest = lengthMs * 0.98 - duration;
      if (latest < lengthMs * quietShare || left < gaps.length + 1) continue;
      left -= gaps.length + 1;
      planned.push({ kind, start: start + Math.floor(random.between(lengthMs * quietShare, latest)), gaps });
    }
  }
  return planned;
}

function planGaps(shape: Shape, lengthMs: number, random: Random): readonly number[] {
  const [fewest, most] = shape.transactions;
  const count = fewest + random.below(most - fewest + 1) - 1;
  if (count === 0) return [];
  const [shortest, longest] = shape.gapMs;
  // In a recording of minutes what takes an hour is quicker.
  const fitting = Math.max(shape.minGapMs, Math.min(longest, (lengthMs * 0.4) / count));
  return Array.from({ length: count }, () =>
    Math.round(random.between(Math.min(Math.max(shape.minGapMs, shortest), fitting), fitting)),
  );
}
