import { createRequire } from "node:module";
import { LogError } from "@weir/core";
import { type AbortedTransaction, type FetchedMessage, hideAborted } from "./aborted-messages.ts";

interface FetchedPartition {
  readonly messages: readonly FetchedMessage[];
  abortedTransactions: readonly AbortedTransaction[] | null;
}

interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

interface ResponseModule {
  decode: (bytes: unknown) => Promise<FetchAnswer>;
}

/**
 * Keeps kafkajs from giving messages of aborted transactions to consumers that read what is committed.
 *
 * The client takes the list of aborted transactions to be in the order of their first messages, one of which at most begins at a
 * message; where two overlap it lets some of their messages through. The patch hides them before the client looks.
 *
 * Throws `LogError` where the client is built differently than expected: reading would then be wrong in silence.
 */
export function patchReadCommitted(): void {
  const require = createRequire(import.meta.url);
  for (const version of [4, 5, 6, 7, 8, 9, 10, 11]) {
    const module = responseModule(require, version);
    const { decode } = module;
    if (patched.has(decode)) continue;
    const careful = async (bytes: unknown): Promise<FetchAnswer> => {
      const answer = await decode(bytes);
      for (const { partitions } of answer.responses) {
        for (const partition of partitions) {
          if (partition.abortedTransactions !== null) hideAborted(partition.messages, partition.abortedTransactions);
          partition.abortedTransactions = [];
        }
      }
      return answer;
    };
    patched.add(careful);
    module.decode = careful;
  }
}

const patched = new WeakSet<(bytes: unknown) => Promise<FetchAnswer>>();

function responseModule(require: NodeJS.Require, version: number): ResponseModule {
  try {
    const module: unknown = require(`kafkajs/src/protocol/requests/fetch/v${version}/response`);
    if (typeof module === "object" && module !== null && "decode" in module && typeof module.decode === "function") {
      return module as ResponseModule;
    }
  } catch {
    // Said below.
  }
  throw new LogError("this version of kafkajs is not known", {
    kind: "fatal",
    code: "unsupported-client",
    hint: "install kafkajs 2.2.4",
  });
}
