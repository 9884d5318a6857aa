import { expect, test } from "vitest";
import { keepCoordinators } from "../../../packages/connectors/src/kafka/keep-coordinators.ts";
import type { Cluster, ProtocolRequest } from "../../../packages/connectors/src/kafka/take-over-clusters.ts";

const transactions = { groupId: "app.t.0", coordinatorType: 1 };
const group = { groupId: "app", coordinatorType: 0 };

test("the cluster of a transactional producer asks for each coordinator once", async () => {
  const { cluster, asked } = clusterOf();
  const found = await cluster.findGroupCoordinatorMetadata(transactions);
  expect(await cluster.findGroupCoordinatorMetadata(transactions)).toBe(found);
  await cluster.findGroupCoordinatorMetadata(group);
  await cluster.findGroupCoordinatorMetadata(group);
  expect(asked).toEqual(["app.t.0", "app"]);
});

test("that of a member of a group asks each time", async () => {
  const { cluster, asked } = clusterOf();
  await cluster.findGroupCoordinatorMetadata(group);
  await cluster.findGroupCoordinatorMetadata(group);
  expect(asked).toEqual(["app", "app"]);
});

test("after an error of a request, of a connection or of the asking itself it asks again", async () => {
  const { cluster, asked, fail } = clusterOf();
  await cluster.findGroupCoordinatorMetadata(transactions);
  const pool = await cluster.connectionPoolBuilder.build();
  fail.request = protocolError("NOT_COORDINATOR_FOR_GROUP");
  await expect(pool.send(endTransaction)).rejects.toBe(fail.request);
  await cluster.findGroupCoordinatorMetadata(transactions);
  expect(asked).toHaveLength(2);
  fail.connection = new Error("connect ECONNREFUSED");
  await expect(cluster.findBroker({ nodeId: "1" })).rejects.toBe(fail.connection);
  await cluster.findGroupCoordinatorMetadata(transactions);
  expect(asked).toHaveLength(3);
  fail.asking = protocolError("GROUP_COORDINATOR_NOT_AVAILABLE");
  await expect(cluster.findGroupCoordinatorMetadata(group)).rejects.toBe(fail.asking);
  fail.asking = null;
  await cluster.findGroupCoordinatorMetadata(group);
  expect(asked).toHaveLength(5);
});

test("a coordinator that is still at the last transaction stays known", async () => {
  const { cluster, asked, fail } = clusterOf();
  await cluster.findGroupCoordinatorMetadata(transactions);
  const pool = await cluster.connectionPoolBuilder.build();
  fail.request = protocolError("CONCURRENT_TRANSACTIONS");
  await expect(pool.send(endTransaction)).rejects.toBe(fail.request);
  await cluster.findGroupCoordinatorMetadata(transactions);
  expect(asked).toHaveLength(1);
});

const endTransaction: ProtocolRequest = {
  request: { apiKey: 26, apiVersion: 1 },
  response: { decode: () => Promise.resolve(null), parse: () => null },
};

function protocolError(type: string): Error {
  return Object.assign(new Error(type), { type });
}

/** As much of a cluster as is changed, whose calls fail as they are told. */
function clusterOf() {
  const asked: string[] = [];
  const fail: Record<"request" | "connection" | "asking", Error | null> = {
    request: null,
    connection: null,
    asking: null,
  };
  const answer = async <T>(error: Error | null, value: T): Promise<T> => {
    if (error !== null) throw error;
    return value;
  };
  const cluster: Cluster = {
    connectionPoolBuilder: { build: () => Promise.resolve({ send: () => answer(fail.request, {}) }) },
    findGroupCoordinatorMetadata: ({ groupId }) => {
      asked.push(groupId);
      return answer(fail.asking, { coordinator: { nodeId: "1" } });
    },
    findBroker: () => answer(fail.connection, {}),
  };
  keepCoordinators(cluster);
  return { cluster, asked, fail };
}
