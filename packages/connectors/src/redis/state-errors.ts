import { StateStoreError, type StateStoreErrorKind } from "@weir/core";

/** The beginnings of Redis's answers, and what they mean. */
const meanings: readonly (readonly [start: string, kind: StateStoreErrorKind, hint?: string])[] = [
  ["FENCED", "fenced"],
  ["MISMATCH", "mismatch"],
  ["NOTSTAGED", "mismatch"],
  ["INCOMPLETE", "damaged", "part of the state was dropped: set `maxmemory-policy noeviction` on the server"],
  ["OOM", "full", "raise `maxmemory` of the server, or expire keys"],
  ["MISCONF", "full", "the server cannot write its files: see its log and its disk"],
  ["WRONGTYPE", "damaged", "something else uses the keys: give the store another `prefix`"],
  ["WRONGPASS", "fatal", "look at the user and password in {url}"],
  ["NOAUTH", "fatal", "the server asks for a password: put it into {url}"],
  ["ERR AUTH", "fatal", "look at the user and password in {url}"],
  ["ERR invalid password", "fatal", "look at the password in {url}"],
  ["unable to verify", "fatal", "give the certificate of its authority: `tls.ca` next to {url}"],
  ["self-signed certificate", "fatal", "give the certificate of its authority: `tls.ca` next to {url}"],
  ["Hostname/IP does not match", "fatal", "say which name its certificate has: `tls.serverName` next to {url}"],
  ["connect ", "unavailable", "look at {url}, and whether the server runs"],
  ["getaddrinfo ", "unavailable", "look at the host in {url}"],
  ["NOPERM", "fatal", "give the user the right to EVAL, EVALSHA and to all keys of the prefix"],
];

/** `setting` is what holds the URL. The `StateStoreError` that says what `error`, thrown by Redis or its client while doing `what`, means. */
export function toStateError(what: string, error: unknown, setting: string = "state.redis.url"): StateStoreError {
  if (error instanceof StateStoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = meanings.find(([start]) => text.startsWith(start));
  // Whatever else happened (no connection, a timeout, a server that loads its data) may have happened after the command took effect.
  const kind = found?.[1] ?? "unavailable";
  const hint = found?.[2]?.replace("{url}", `\`${setting}\``);
  return new StateStoreError(`cannot ${what}: ${explain(text)}`, {
    kind,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function explain(text: string): string {
  if (text.startsWith("Stream isn't writeable")) return "there is no connection to Redis";
  return text.replace(/^(FENCED|MISMATCH|NOTSTAGED|INCOMPLETE|UNFINISHED) /, "");
}
