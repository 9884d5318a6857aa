import type { TypeName } from "../plan.ts";

/** What the checker, completion, hover and the reference page know of an aggregate. */
export interface AggregateRecord {
  /** In upper case; ZSCORE among them, which the compiler writes out. */
  readonly name: string;
  /** `SUM(x: NUMBER): NUMBER?` */
  readonly signature: string;
  readonly doc: string;
  /** A complete rule that uses it. */
  readonly example: string;
  /** Type of the first argument: NUMBER, ANY, or `ordered` (one of NUMBER, STRING, TIME, DURATION). */
  readonly arg: TypeName | "ordered" | null;
  /** Whether the first argument may be left out, as in COUNT(). */
  readonly argOptional: boolean;
  /** Takes a constant percentage as second argument. */
  readonly percent: boolean;
  /** `same`: the type of the argument. */
  readonly returns: TypeName | "same";
  /** NULL of nothing, or 0. */
  readonly ofNothing: null | 0;
  readonly distinct: boolean;
  /** States its error; undefined for exact ones. */
  readonly error?: string;
}
