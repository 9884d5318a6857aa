import type { AggregatePlan, PlanExpr } from "@weir/core";
import type { Expr, Span } from "../ast.ts";
import type { NameScope } from "../check/scope.ts";
import type { EventReaders } from "./event-readers.ts";

/** The aggregates of a rule: equal ones are one entry. */
export class AggregateList {
  readonly all: AggregatePlan[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(aggregate: AggregatePlan): number {
    const text = JSON.stringify(aggregate);
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.all.push(aggregate) - 1;
      this.#indices.set(text, index);
    }
    return index;
  }
}

/** Where an expression is compiled. */
export interface ExpressionScope extends NameScope {
  /** Compiles a part of an expression: `compileExpression`, which calls what calls this. */
  readonly compile: (expr: Expr, scope: ExpressionScope) => PlanExpr;
  readonly aggregates: AggregateList;
  readonly readers: EventReaders;
  /** Whether COUNT(field) means COUNT() here: in the WHEN of a rule that it keys. */
  readonly shortForm: boolean;
  /** Inside an aggregate of a sequence `alias.field` is the field of each event it runs over. */
  readonly inAggregate: boolean;
  /** Where the LET that is being written out is used. */
  readonly site: Span | null;
}

/** Notes that the part reads the current event. */
export function reading(part: PlanExpr, span: Span, { readers, site }: ExpressionScope): PlanExpr {
  readers.set(part, site ?? span);
  return part;
}
