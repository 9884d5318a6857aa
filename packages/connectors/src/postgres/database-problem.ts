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
  ["42501", "give the user the rights that the message names"],
]);

/** Says what `error`, thrown by the database or its client while doing `what`, means. */
export function problemOf(what: string, error: unknown): DatabaseProblem {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  // Without an SQLSTATE it is the connection: refused, broken, too slow.
  const isState = /^[0-9A-Z]{5}$/.test(code) && !code.startsWith("E");
  const hint = hints.get(code);
  const text = error instanceof AggregateError ? error.errors.map(String).join("; ") : messageOf(error);
  return {
    message: `cannot ${what}: ${text}`,
    retriable: !isState || retriable.test(code),
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
