import { existsSync, readFileSync } from "node:fs";
import { beforeEach } from "vitest";

export interface Endpoints {
  readonly kafka: string;
  readonly registry: string;
  readonly redis: string;
  readonly postgres: string;
}

const file = process.env["WEIR_SERVICES"] ?? "";

/** Where the servers are that `npm run services up` started; the tests of a file that calls this skip where there are none. */
export function endpoints(): Endpoints {
  const services = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { readonly urls: Endpoints }) : null;
  beforeEach((context) => {
    if (services === null) context.skip("no servers: npm run services up");
  });
  return services?.urls ?? { kafka: "", registry: "", redis: "", postgres: "" };
}
