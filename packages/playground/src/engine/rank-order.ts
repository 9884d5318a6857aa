/** The place of each value among the different ones, from 0 on: numbers before texts, and what is no number last. */
export interface Ranks {
  readonly of: Uint32Array;
  /** How many different values there are. */
  readonly distinct: number;
}

export function denseRanks(values: readonly (number | string)[]): Ranks {
  const numbers = Float64Array.from(values.filter((value) => typeof value === "number")).sort();
  const texts = [...new Set(values.filter((value) => typeof value === "string"))].sort();
  const isNew = (value: number, i: number): boolean => i === 0 || !Object.is(value, numbers[i - 1]);
  // A typed array sorts NaN last.
  const distinct = numbers.filter(isNew);
  const rankOfText = new Map(texts.map((text, rank) => [text, distinct.length + rank]));
  const of = Uint32Array.from(values, (value) =>
    typeof value === "string" ? rankOfText.get(value)! : placeOf(distinct, value),
  );
  return { of, distinct: distinct.length + texts.length };
}

function placeOf(sorted: Float64Array, value: number): number {
  if (Number.isNaN(value)) return sorted.length - 1;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  // Of 0 and −0, which are equal, the first stands for both.
  return low;
}

/** The elements in the order of their ranks; equal ones stay as they are. A counting sort: it asks nothing twice, however many there are. */
export function orderByRank(elements: readonly number[], { of, distinct }: Ranks, descending: boolean): Uint32Array {
  const begins = new Uint32Array(distinct + 1);
  const bucketOf = (rank: number): number => (descending ? distinct - 1 - rank : rank);
  for (const rank of of) begins[bucketOf(rank) + 1]!++;
  for (let bucket = 1; bucket <= distinct; bucket++) begins[bucket]! += begins[bucket - 1]!;
  const ordered = new Uint32Array(elements.length);
  for (let i = 0; i < elements.length; i++) ordered[begins[bucketOf(of[i]!)]!++] = elements[i]!;
  return ordered;
}
