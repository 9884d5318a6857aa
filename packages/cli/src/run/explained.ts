import { LogError, PipelineError, SinkError, SourceError, StateStoreError } from "@weir/core";
import { RegistryError } from "@weir/connectors/avro";
import { CommandError, exitCode } from "../exit-code.ts";

/** Says what went wrong in the world in one line with a hint, without a stack. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known =
      error instanceof LogError ||
      error instanceof StateStoreError ||
      error instanceof SinkError ||
      error instanceof SourceError ||
      error instanceof PipelineError ||
      error instanceof RegistryError;
    if (!known) throw error;
    throw new CommandError(exitCode.failed, error.message, error.hint);
  }
}
