import { isAbort, type RecordBatch } from "./record-batches.ts";

/** A transaction that was aborted, as the broker tells it with an answer. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/**
 * The batches that a reader may see: no ends of transactions, and nothing of those that were aborted.
 *
 * The broker lists aborted transactions in the order in which they were aborted, not in which they began, and several may have
 * begun before the first batch of an answer.
 */
export function committedBatches(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[],
): readonly RecordBatch[] {
  const starts = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<number>();
  let next = 0;
  return batches.filter((batch) => {
    for (; next < starts.length && starts[next]!.firstOffset <= batch.last; next++) open.add(starts[next]!.producerId);
    const { producerId, isTransactional, isControl } = batch;
    if (!isTransactional || !open.has(producerId)) return !isControl;
    if (isControl && isAbort(batch)) open.delete(producerId);
    return false;
  });
}
