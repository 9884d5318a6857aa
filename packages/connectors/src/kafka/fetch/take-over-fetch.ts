import { LogError } from "@weir/core";
import { type Cluster, takeOverRequests } from "../take-over-clusters.ts";
import { fetchVersions, readFetchAnswer } from "./fetch-answer.ts";

const fetchKey = 1;

/**
 * Lets a cluster of the client read the answers to its fetches with `readFetchAnswer`.
 *
 * Throws `LogError` where the client is built differently than expected: reading would then be wrong in silence.
 */
export function takeOverFetch(cluster: Cluster): void {
  takeOverRequests(cluster, (given, send) => {
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
  });
}
