import type { TypeName } from "../plan.ts";
import type { Value } from "../value.ts";

/** What the checker, completion, hover, the reference page and the engine know of a function: one record in one file. */
export interface FunctionRecord {
  /** In upper case. */
  readonly name: string;
  /** `ROUND(x: NUMBER, digits?: NUMBER): NUMBER` */
  readonly signature: string;
  readonly doc: string;
  /** A complete rule that uses it. */
  readonly example: string;
  readonly params: readonly FunctionParam[];
  /** The last parameter may be given any number of further times. */
  readonly variadic?: boolean;
  /** Type of the result; `same` where it is that of the arguments (the common one, else ANY). */
  readonly returns: TypeName | "same";
  /** False for COALESCE and IF, which see NULL arguments; for the others NULL in gives NULL without a call. */
  readonly nullInNullOut: boolean;
  /** Arguments are of the declared types at run time or the result is NULL; `call` need not check. */
  readonly call: (...args: Value[]) => Value;
}

export interface FunctionParam {
  readonly name: string;
  readonly type: TypeName;
  readonly optional?: boolean;
}
