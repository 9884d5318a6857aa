import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

export type Argument = string | number | Buffer;

/** A script by its digest; it is sent once to a server that does not know it yet. Answers are bytes, not text. */
export async function runScript(
  client: Redis | Cluster,
  script: string,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await client.callBuffer("EVALSHA", digestOf(script), ...rest);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return await client.callBuffer("EVAL", script, ...rest);
  }
}

const digests = new Map<string, string>();

function digestOf(script: string): string {
  let digest = digests.get(script);
  if (digest === undefined) digests.set(script, (digest = createHash("sha1").update(script).digest("hex")));
  return digest;
}
