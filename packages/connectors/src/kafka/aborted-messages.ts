/** A message as kafkajs decodes it. */
export interface FetchedMessage {
  readonly offset: string;
  readonly key: Uint8Array | null;
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

/** A transaction that was aborted, as the broker tells it with an answer. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/**
 * Hides the messages of aborted transactions: turns them into control records, which no consumer is given, and whose offsets count.
 *
 * The broker lists aborted transactions in the order in which they were aborted, not in which they began, and several may have
 * begun before the first message of an answer.
 */
export function hideAborted(messages: readonly FetchedMessage[], aborted: readonly AbortedTransaction[]): void {
  const starts = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .toSorted((a, b) => a.first - b.first);
  const open = new Set<string>();
  let next = 0;
  for (const message of messages) {
    const offset = Number(message.offset);
    for (; next < starts.length && (starts[next]?.first ?? Infinity) <= offset; next++) {
      open.add(starts[next]?.producerId ?? "");
    }
    const { producerId, inTransaction } = message.batchContext;
    if (!inTransaction || !open.has(producerId)) continue;
    if (!message.isControlRecord) message.isControlRecord = true;
    else if (isAbortMarker(message.key)) open.delete(producerId);
  }
}

/** The key of a control record: a version, and 0 for an abort or 1 for a commit, in two bytes each. */
function isAbortMarker(key: Uint8Array | null): boolean {
  return key?.length === 4 && key[2] === 0 && key[3] === 0;
}
