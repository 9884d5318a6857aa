import type { Evaluate } from "../evaluate.ts";
import type { PlanExpr } from "../plan.ts";
import type { Value, ValueObject } from "../value.ts";

/** What an expression reaches outside itself, the event and its key: given when it is compiled. */
export interface ExpressionScope {
  readonly params: ReadonlyMap<string, Value>;
  /** Names of the fields that give some event its time, and so may read as TIME. */
  readonly timeFields: ReadonlySet<string>;
  /** An aggregate of the rule by its position. */
  aggregate(index: number): Evaluate;
  /** `arg` for the key's previous event. */
  prev(arg: Evaluate, plan: PlanExpr): Evaluate;
  elapsed(): Evaluate;
  speed(lat: Evaluate, lon: Evaluate, plan: Extract<PlanExpr, { readonly op: "speed" }>): Evaluate;
  /** A field of the last event bound to an alias. */
  bound(alias: string, name: string): Evaluate;
  /** The row of a table with that key. */
  row(table: string, key: Value): ValueObject | null;
  /**
   * A function of the host by its name in upper case, `null` where there is none. It must not throw, and gives values of the
   * language; it is not called where an argument is NULL. A function of the library goes before one of the host.
   */
  hostFunction(name: string): ((...args: Value[]) => Value) | null;
}
