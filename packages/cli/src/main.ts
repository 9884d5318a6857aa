import { CommanderError } from "commander";
import { CommandError, exitCode } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { type Console, createConsole } from "./terminal/console.ts";

/** Runs one `weir` command and answers the exit code of the process. */
export async function main(args: readonly string[]): Promise<number> {
  const console = createConsole();
  const program = createProgram(console);
  try {
    await program.command.parseAsync(args, { from: "user" });
    return program.exitCode();
  } catch (error) {
    return failure(error, console);
  } finally {
    await console.out.drain();
    await console.err.drain();
  }
}

function failure(error: unknown, console: Console): number {
  // Commander has said what it had to say; help and version were asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  if (!(error instanceof CommandError)) throw error;
  console.complain(error.message, error.hint);
  return error.exitCode;
}
