import { LogError } from "@weir/core";
import type { Kafka } from "kafkajs";
import { fetchVersions, readFetchAnswer } from "./fetch-answer.ts";

/** A request of the client, with what reads its answer. */
interface ProtocolRequest {
  readonly request: { readonly apiKey: number; readonly apiVersion: number };
  readonly response: { readonly decode: (bytes: Buffer) => Promise<unknown>; readonly parse: (data: never) => unknown };
}

interface ConnectionPool {
  send: (request: ProtocolRequest) => Promise<unknown>;
}

interface Cluster {
  readonly connectionPoolBuilder: { build: (destination?: object) => Promise<ConnectionPool> };
}

type CreateCluster = (options: object) => Cluster;

const fetchKey = 1;

/**
 * Lets a client read the answers to its fetches with `readFetchAnswer`; other clients of the process stay as they are.
 *
 * Throws `LogError` where the client is built differently than expected: reading would then be wrong in silence.
 */
export function takeOverFetch(kafka: Kafka): void {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === creatorName);
  const creators = kafka as unknown as Record<symbol, unknown>;
  const create = symbol === undefined ? undefined : creators[symbol];
  if (symbol === undefined || typeof create !== "function") throw unknownClient();
  creators[symbol] = (options: object): Cluster => {
    const cluster = (create as CreateCluster)(options);
    const { connectionPoolBuilder: builder } = cluster;
    if (typeof builder?.build !== "function") throw unknownClient();
    const build = builder.build.bind(builder);
    builder.build = async (destination) => withOwnFetch(await build(destination));
    return cluster;
  };
}

const creatorName = "private:Kafka:createCluster";

function withOwnFetch(pool: ConnectionPool): ConnectionPool {
  if (typeof pool.send !== "function") throw unknownClient();
  const send = pool.send.bind(pool);
  pool.send = (given) => {
    const { request, response } = given;
    if (request.apiKey !== fetchKey) return send(given);
    const { apiVersion } = request;
    if (apiVersion < fetchVersions.first || apiVersion > fetchVersions.last) {
      return Promise.reject(
        new LogError(`the broker reads version ${apiVersion} of a fetch, which is not known`, {
          kind: "fatal",
          code: "unsupported-version",
          hint: "use a broker of version 2.5 or newer",
        }),
      );
    }
    const decode = (bytes: Buffer): Promise<unknown> => readFetchAnswer(bytes, apiVersion);
    return send({ ...given, response: { decode, parse: response.parse } });
  };
  return pool;
}

function unknownClient(): LogError {
  return new LogError("this version of kafkajs is not known", {
    kind: "fatal",
    code: "unsupported-client",
    hint: "install kafkajs 2.2.4",
  });
}
