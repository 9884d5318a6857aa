import type { AggregateExpr, Expr } from "@weir/dsl";
import type { Value } from "./values.ts";

/** An event as rules see it: declared types applied, the event time a TIME. */
export interface Seen {
  readonly stream: string;
  readonly ts: number;
  /** Position in the order of processing. */
  readonly order: number;
  readonly fields: ReadonlyMap<string, Value>;
  /** What the host offered. */
  readonly raw: unknown;
}

/** What the names of a file stand for. */
export interface Names {
  readonly params: ReadonlyMap<string, Value>;
  /** Rows by the identity of their key. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Value>>;
}

/** Where an expression is evaluated. */
export interface Scope {
  readonly names: Names;
  /** What bare fields read: the current event, else the newest. */
  readonly event: Seen | null;
  /** The event of the key before that one. */
  readonly previous: Seen | null;
  readonly key: readonly Value[];
  /** The expressions of the rule that are BY expressions, and their position. */
  readonly keyed: ReadonlyMap<Expr, number>;
  /** Absent where aggregates cannot stand. */
  readonly aggregate?: (expr: AggregateExpr, scope: Scope) => Value;
  /** What the window of the rule holds; absent in a sequence. */
  readonly held?: readonly Seen[];
  /** In a sequence: what each alias bound. */
  readonly bound?: ReadonlyMap<string, readonly Seen[]>;
  /** In a step's WHERE an alias counts only before a dot. */
  readonly inStep?: boolean;
}
