import type { Millis } from "@weir/core";
import type { Dur } from "../ast.ts";

/** A length of time, or the PARAM that gives it when the engine is made. */
export function compileDur(dur: Dur): Millis {
  return dur.kind === "duration" ? dur.ms : { param: dur.name };
}

export function compileOptionalDur(dur: Dur | undefined): Millis | null {
  return dur === undefined ? null : compileDur(dur);
}
