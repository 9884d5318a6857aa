import { type TlsProblem, tlsProblem } from "../tls/tls-problem.ts";

/** What an error of the database, or of the way to it, means. */
export interface DatabaseProblem {
  readonly message: string;
  /** Whether the same may succeed later. */
  readonly retriable: boolean;
  readonly hint?: string;
  readonly cause: unknown;
}

/** Classes and codes of SQLSTATE after which the same statement may succeed later. */
const retriable = /^(08|40|53|55|57|58)/;

const hints: ReadonlyMap<string, string> = new Map([
  ["28P01", "look at the user and password in `url`"],
  ["28000", "look at the user in `url`, and at `pg_hba.conf` of the server"],
  ["3D000", "create the database, or correct its name in `url`"],
  ["3F000", "run the migrations: `weir schema postgres` prints them"],
  ["42P01", "run the migrations: `weir schema postgres` prints them"],
  ["42703", "run the migrations: `weir schema postgres` prints them"],
  ["ECONNREFUSED", "look at host and port in `url`, and whether the server runs"],
  ["ENOTFOUND", "look at the host in `url`"],
  ["42501", "give the user the rights that the message names"],
]);

/** Says what `error`, thrown by the database or its client while doing `what`, means. */
export function problemOf(what: string, error: unknown): DatabaseProblem {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  // Without an SQLSTATE it is the connection: refused, broken, too slow.
  const isState = /^[0-9A-Z]{5}$/.test(code) && !code.startsWith("E");
  const text = error instanceof AggregateError ? error.errors.map(String).join("; ") : messageOf(error);
  const settings = settingHint(error, code, text);
  const hint = settings ?? (tlsProblem(error) === "time" ? tlsHints.time : hints.get(code));
  return {
    message: `cannot ${what}: ${text}`,
    retriable: settings === null && (!isState || retriable.test(code)),
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  };
}

const tlsHints: Readonly<Record<TlsProblem, string>> = {
  authority: "name the certificate of the authority in `url`: `?sslmode=verify-full&sslrootcert=ca.pem`",
  name: "use a name of the server's certificate in `url`",
  time: "the certificate of the server has to be replaced",
  client: "the server wants a certificate: `&sslcert=client.crt&sslkey=client.key` in `url`",
  "not-tls": "leave out `sslmode` in `url`, or set `ssl = on` at the server",
};

/** What to change about the settings, where it is they that are wrong. */
function settingHint(error: unknown, code: string, text: string): string | null {
  if (code === "ERR_INVALID_URL") return "give `url` as postgres://user:password@host:port/database";
  if (code === "ENOENT") return "look at `sslrootcert`, `sslcert` and `sslkey` in `url`";
  const isUnencrypted = code === "28000" && text.includes("no encryption");
  if (isUnencrypted) return "the server wants TLS: add `?sslmode=verify-full` to `url`";
  if (text.includes("does not support SSL")) return tlsHints["not-tls"];
  const problem = tlsProblem(error);
  return problem === null || problem === "time" ? null : tlsHints[problem];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
