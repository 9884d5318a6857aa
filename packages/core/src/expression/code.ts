import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { Value } from "../value.ts";

/** A compiled expression. */
export interface Code {
  readonly evaluate: Evaluate;
  /** Its value, where that is known before any event. */
  readonly constant?: Value;
  /** The field it reads, where it is nothing but an ordinary one: the own property of that name in the data of the event. */
  readonly field?: string;
}

/** What constants are computed in: nothing there is read. */
const nowhere: EvalContext = { row: null, slot: 0, key: [], current: false };

export function constantCode(value: Value): Code {
  return { evaluate: () => value, constant: value };
}

/** An operation that depends on its inputs alone: computed at once where they are constants. */
export function pureCode(evaluate: Evaluate, inputs: readonly Code[]): Code {
  return inputs.every((input) => input.constant !== undefined) ? constantCode(evaluate(nowhere)) : { evaluate };
}
