import type { EvalContext } from "../evaluate.ts";
import type { Row } from "../row.ts";
import type { Value } from "../value.ts";

/** Knows the key that is being evaluated. */
export interface Keys {
  readonly evaluatingKey: readonly Value[];
}

/** The context of an engine: the key is looked up where it is read, which few events call for. */
export class EngineContext implements EvalContext {
  row: Row | null = null;
  slot = 0;
  current = false;
  keys: Keys | null = null;

  get key(): readonly Value[] {
    return this.keys === null ? [] : this.keys.evaluatingKey;
  }
}
