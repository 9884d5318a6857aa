import { LogError, type LogErrorKind } from "@weir/core";
import { type TlsProblem, tlsProblem } from "../tls/tls-problem.ts";

/** Errors of the broker, by the name kafkajs gives them, after which the producer has no rights any more. */
const fencedTypes: ReadonlySet<string> = new Set([
  "INVALID_PRODUCER_EPOCH",
  "PRODUCER_FENCED",
  "TRANSACTIONAL_ID_NOT_FOUND",
]);

/** What no retry helps against: the code and what to do about it. */
const fatalTypes: ReadonlyMap<string, readonly [code: string, hint: string]> = new Map([
  ["UNKNOWN_TOPIC_OR_PARTITION", ["unknown-topic", "create the topic, or correct its name"]],
  ["INVALID_TOPIC_EXCEPTION", ["invalid-topic", "a topic's name has letters, digits, `.`, `_` and `-` only"]],
  ["MESSAGE_TOO_LARGE", ["record-too-large", "raise `max.message.bytes` of the topic, or make alerts smaller"]],
  ["RECORD_LIST_TOO_LARGE", ["record-too-large", "raise `max.message.bytes` of the topic"]],
  ["TOPIC_AUTHORIZATION_FAILED", ["not-authorized", "give the user the right to read and write the topic"]],
  ["GROUP_AUTHORIZATION_FAILED", ["not-authorized", "give the user the right to read the consumer group"]],
  ["CLUSTER_AUTHORIZATION_FAILED", ["not-authorized", "give the user the rights on the cluster that it asks for"]],
  [
    "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    ["not-authorized", "give the user the right to write with the transactional id"],
  ],
  ["SASL_AUTHENTICATION_FAILED", ["not-authorized", "look at the user name and password in `kafka.sasl`"]],
  ["UNSUPPORTED_SASL_MECHANISM", ["not-authorized", "look at `kafka.sasl.mechanism`"]],
  ["ILLEGAL_SASL_STATE", ["not-authorized", "this listener of the broker takes no password: leave out `kafka.sasl`"]],
  ["UNSUPPORTED_VERSION", ["unsupported-version", "use a broker of version 2.5 or newer"]],
  [
    "INVALID_TRANSACTION_TIMEOUT",
    ["invalid-timeout", "set `transactionTimeoutMs` below `transaction.max.timeout.ms` of the broker"],
  ],
  ["KafkaJSSASLAuthenticationError", ["not-authorized", "look at the user name and password in `kafka.sasl`"]],
  [
    "KafkaJSNotImplemented",
    ["unsupported", "the records use something that the client lacks, such as a compression codec"],
  ],
]);

interface Details {
  /** What an error means that is neither fatal nor fencing. */
  readonly otherwise: LogErrorKind;
}

/** The `LogError` that says what `error`, thrown while doing `what`, means. */
export function toLogError(what: string, error: unknown, { otherwise }: Details): LogError {
  if (error instanceof LogError) return error;
  const causes = chain(error);
  const message = `${what}: ${causes.at(-1)?.message ?? String(error)}`;
  for (const { type } of causes) {
    if (fencedTypes.has(type)) return new LogError(message, { kind: "fenced", code: kebab(type), cause: error });
    const fatal = fatalTypes.get(type);
    if (fatal !== undefined) {
      // A transaction that holds a message which the broker refused has to be resolved by a new producer.
      return new LogError(message, { kind: "fatal", code: fatal[0], hint: fatal[1], cause: error });
    }
  }
  const code = kebab(causes.findLast(({ type }) => type !== "")?.type ?? "unknown");
  const hint = connectionHint(error, code, message);
  return new LogError(message.trim(), { kind: otherwise, code, cause: error, ...(hint === null ? {} : { hint }) });
}

/** These may pass (a certificate is replaced, a broker restarted), so they are no reason to end. */
const tlsHints: Readonly<Record<TlsProblem, string>> = {
  authority: "name the certificate of the authority in `kafka.tls.ca`",
  name: "reach the broker by a name of its certificate, or give one in `kafka.tls.serverName`",
  time: "the certificate of the broker has to be replaced",
  client: "the broker wants a certificate: look at `kafka.tls.cert` and `kafka.tls.key`",
  "not-tls": "this listener of the broker has no TLS: leave out `kafka.tls`, or use another port in `kafka.brokers`",
};

function connectionHint(error: unknown, code: string, message: string): string | null {
  const problem = tlsProblem(error);
  if (problem !== null) return tlsHints[problem];
  if (/ECONNREFUSED|ENOTFOUND/.test(message)) return "look at `kafka.brokers`, and whether the broker runs";
  if (code !== "connection-closed-error") return null;
  return "the broker hung up: where it wants TLS set `kafka.tls`, where it wants a password `kafka.sasl`";
}

/** Whether the broker asks for the same call a little later: another transaction is being ended, a coordinator moves. */
export function isTransient(error: unknown): boolean {
  return chain(error).some(({ type }) => transientTypes.has(type));
}

const transientTypes: ReadonlySet<string> = new Set([
  "CONCURRENT_TRANSACTIONS",
  "NOT_COORDINATOR_FOR_GROUP",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
]);

/** An error and its causes, outermost first; kafkajs has them in `cause` or in `originalError`. */
function chain(error: unknown): { readonly message: string; readonly type: string }[] {
  const found: { message: string; type: string }[] = [];
  let current: unknown = error;
  while (current instanceof Error && found.length < 5) {
    const type = "type" in current && typeof current.type === "string" ? current.type : current.name;
    found.push({ message: current.message, type });
    const original: unknown = "originalError" in current ? current.originalError : undefined;
    current = current.cause ?? original;
  }
  return found;
}

function kebab(type: string): string {
  return type
    .replace(/^KafkaJS/, "")
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
