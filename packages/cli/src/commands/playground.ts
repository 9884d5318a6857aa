import { once } from "node:events";
import { access } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { createSiteServer } from "../playground/site-server.ts";
import type { Console } from "../terminal/console.ts";

export interface PlaygroundOptions {
  readonly port: number;
}

/** Serves the playground on this machine's loopback address, until the process is told to end. */
export async function playground(
  paths: readonly string[],
  options: PlaygroundOptions,
  console: Console,
): Promise<ExitCode> {
  const rules = paths.filter((path) => path.endsWith(".weir"));
  const events = paths.filter((path) => !path.endsWith(".weir"));
  if (rules.length > 1 || events.length > 1) {
    throw new CommandError(exitCode.usage, "the playground opens one file of rules and one of events");
  }
  await Promise.all(paths.map(readable));
  const site = siteFolder();
  const index = join(site, "index.html");
  await access(index).catch(() => {
    throw new CommandError(exitCode.usage, `the playground is not built: \`${index}\` is not there`, "npm run build");
  });
  const server = createSiteServer({ site, rules: rules[0] ?? null, events: events[0] ?? null });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening").catch((error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCode.usage, `cannot serve: ${problem}`, "--port 0 takes any free port");
  });
  const { port } = server.address() as AddressInfo;
  const query = paths.length > 0 ? "?local" : "";
  console.out.write(`http://127.0.0.1:${port}/${query}\nCtrl+C ends it.\n`);
  await console.out.drain();
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  server.close();
  server.closeAllConnections();
  return exitCode.ok;
}

function siteFolder(): string {
  return fileURLToPath(new URL("dist", import.meta.resolve("@weir/playground/package.json")));
}

async function readable(path: string): Promise<void> {
  await access(path).catch(() => {
    throw new CommandError(exitCode.usage, `cannot read \`${path}\``);
  });
}
