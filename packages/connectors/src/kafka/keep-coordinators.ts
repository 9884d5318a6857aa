import { type Cluster, type CoordinatorAsked, takeOverRequests, unknownClient } from "./take-over-clusters.ts";

/** Of the type of a coordinator. */
const ofTransactions = 1;

/**
 * Lets the cluster of a transactional producer remember which brokers coordinate its transactions and its consumer group.
 *
 * The client asks for them before each step of a transaction, four times in all, although they move only when a broker goes. Any error
 * of a request makes it ask again, but the one by which a coordinator says that it is still at the last transaction.
 */
export function keepCoordinators(cluster: Cluster): void {
  if (typeof cluster.findGroupCoordinatorMetadata !== "function") throw unknownClient();
  if (typeof cluster.findBroker !== "function") throw unknownClient();
  const ask = cluster.findGroupCoordinatorMetadata.bind(cluster);
  const connect = cluster.findBroker.bind(cluster);
  const known = new Map<string, Promise<unknown>>();
  let isTransactional = false;
  cluster.findGroupCoordinatorMetadata = (asked: CoordinatorAsked) => {
    isTransactional ||= asked.coordinatorType === ofTransactions;
    if (!isTransactional) return ask(asked);
    const key = `${asked.coordinatorType}:${asked.groupId}`;
    const found = known.get(key) ?? ask(asked);
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
  const unlessItFails = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (!isBusy(error)) known.clear();
      throw error;
    }
  };
  cluster.findBroker = (asked) => unlessItFails(connect(asked));
  takeOverRequests(cluster, (request, send) => unlessItFails(send(request)));
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "type" in error && error.type === "CONCURRENT_TRANSACTIONS";
}
