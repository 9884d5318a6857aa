import { LogError } from "@weir/core";
import type { Kafka } from "kafkajs";

/** A request of the client, with what reads its answer. */
export interface ProtocolRequest {
  readonly request: { readonly apiKey: number; readonly apiVersion: number };
  readonly response: { readonly decode: (bytes: Buffer) => Promise<unknown>; readonly parse: (data: never) => unknown };
}

type Send = (request: ProtocolRequest) => Promise<unknown>;

/** What the client makes for each consumer, producer and admin: connections to the brokers, and what is known of them. */
export interface Cluster {
  readonly connectionPoolBuilder: { build: (destination?: object) => Promise<{ send: Send }> };
  findGroupCoordinatorMetadata: (asked: CoordinatorAsked) => Promise<unknown>;
  findBroker: (asked: { readonly nodeId: string }) => Promise<unknown>;
}

export interface CoordinatorAsked {
  readonly groupId: string;
  /** 0 of a consumer group, 1 of a transactional id. */
  readonly coordinatorType: number;
}

type CreateCluster = (options: object) => Cluster;

const creatorName = "private:Kafka:createCluster";

/**
 * Gives each cluster that a client makes from now on to `change`; other clients of the process stay as they are.
 *
 * Throws `LogError` where the client is built differently than expected.
 */
export function takeOverClusters(kafka: Kafka, change: (cluster: Cluster) => void): void {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === creatorName);
  const creators = kafka as unknown as Record<symbol, unknown>;
  const create = symbol === undefined ? undefined : creators[symbol];
  if (symbol === undefined || typeof create !== "function") throw unknownClient();
  creators[symbol] = (options: object): Cluster => {
    const cluster = (create as CreateCluster)(options);
    change(cluster);
    return cluster;
  };
}

/** Puts `around` around each request that goes out by a cluster's connections. */
export function takeOverRequests(
  cluster: Cluster,
  around: (request: ProtocolRequest, send: Send) => Promise<unknown>,
): void {
  const { connectionPoolBuilder: builder } = cluster;
  if (typeof builder?.build !== "function") throw unknownClient();
  const build = builder.build.bind(builder);
  builder.build = async (destination) => {
    const pool = await build(destination);
    if (typeof pool.send !== "function") throw unknownClient();
    const send = pool.send.bind(pool);
    pool.send = (request) => around(request, send);
    return pool;
  };
}

export function unknownClient(): LogError {
  return new LogError("this version of kafkajs is not known", {
    kind: "fatal",
    code: "unsupported-client",
    hint: "install kafkajs 2.2.4",
  });
}
