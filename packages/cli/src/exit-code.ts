/** What the exit code of the process says. */
export const exitCode = {
  ok: 0,
  /** Tests or checks failed. */
  failed: 1,
  /** Bad usage, or bad rules. */
  usage: 2,
  /** Bad input: a file that cannot be read to its end; with `--strict`, any bad record. */
  input: 3,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A reason to stop that was found by a command: its message is printed, and its code is the process's. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  readonly hint: string | null;

  constructor(code: ExitCode, message: string, hint: string | null = null) {
    super(message);
    this.exitCode = code;
    this.hint = hint;
  }
}
