/**
 * The p-th percentile of n numbers in order: linear interpolation between the closest ranks, p · (n − 1) / 100 being the rank
 * that is sought. NULL of nothing.
 */
export function percentileOf(n: number, percent: number, at: (rank: number) => number): number | null {
  if (n === 0) return null;
  const rank = (percent * (n - 1)) / 100;
  const low = Math.floor(rank);
  const share = rank - low;
  const a = at(low);
  if (share === 0) return a;
  const b = at(low + 1);
  const between = a + (b - a) * share;
  return Number.isFinite(between) ? between : a * (1 - share) + b * share;
}
