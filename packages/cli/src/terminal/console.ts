import { createOutput, type Output } from "./output.ts";
import { createPaint, type Paint } from "./style.ts";

/** Where a command writes to. */
export interface Console {
  readonly out: Output;
  readonly err: Output;
  readonly paintOut: Paint;
  readonly paintErr: Paint;
  /** A message on standard error, with `weir: ` before it. */
  complain(message: string, hint?: string | null): void;
}

export function createConsole(): Console {
  const out = createOutput(process.stdout);
  const err = createOutput(process.stderr);
  const paintErr = createPaint(err.color);
  return {
    out,
    err,
    paintOut: createPaint(out.color),
    paintErr,
    complain(message, hint = null) {
      err.write(`${paintErr("bold", "weir:")} ${message}\n`);
      if (hint !== null) err.write(`      ${paintErr("dim", hint)}\n`);
    },
  };
}
