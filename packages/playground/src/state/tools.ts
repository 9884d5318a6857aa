import type { DataSource } from "../data/load-events.ts";
import type { EngineCall, EngineCalls } from "../protocol/calls.ts";
import { EngineClient } from "./engine-client.ts";
import { maxEvents } from "./version.ts";
import { dataset, sweepProgress } from "./workbench.ts";

/** A worker beside those of the versions, for work that takes long: it can be ended without losing results. */
let client: EngineClient | null = null;
let loaded: DataSource | null = null;

/** Asks the tools' worker; ends whatever it was doing. */
export async function askTools<Op extends EngineCall>(
  op: Op,
  input: EngineCalls[Op]["input"],
): Promise<EngineCalls[Op]["output"]> {
  const source = dataset.value?.source;
  if (source === undefined) throw new Error("no events are loaded");
  client ??= new EngineClient((message) => {
    if (message.kind === "working") sweepProgress.value = message.done / Math.max(1, message.of);
  });
  try {
    if (loaded !== source) {
      await client.call("load", { ...source, limit: maxEvents });
      loaded = source;
    }
    return await client.call(op, input);
  } catch (error) {
    loaded = null;
    throw error;
  }
}

/** Ends the tools' worker, and frees what it holds. */
export function endTools(): void {
  client?.end();
  client = null;
  loaded = null;
  sweepProgress.value = null;
}
