import type { EvalContext, Evaluate } from "../evaluate.ts";
import type { AggregatePlan, PlanExpr } from "../plan.ts";
import type { Row } from "../row.ts";
import { createWindowStore } from "../window/create-window-store.ts";
import type { Run } from "./run.ts";

/** The run that expressions of a sequence read: set before each evaluation. */
export class BoundScope {
  run: Run | null = null;
  /** Aliases of which something is read. */
  readonly read: Set<string> = new Set();
  /** Aliases of which more is read than how many events they bound, and the last one. */
  readonly readWhole: Set<string> = new Set();

  /** A field of the last event bound to an alias. */
  bound(alias: string, name: string, compile: (expr: PlanExpr) => Evaluate): Evaluate {
    this.read.add(alias);
    const field = compile({ op: "field", name });
    return (context) => {
      const row = this.run?.last(alias) ?? null;
      return row === null ? null : within(context, row, field);
    };
  }

  /** An aggregate over what an alias bound, computed when it is asked for: once per match. */
  aggregate(plan: AggregatePlan, compile: (expr: PlanExpr) => Evaluate): Evaluate {
    const alias = plan.alias;
    if (alias === null) throw new Error("an aggregate of a sequence needs an alias");
    this.read.add(alias);
    if (plan.fn === "COUNT" && plan.arg === null) return () => this.run?.count(alias) ?? 0;
    this.readWhole.add(alias);
    const args = plan.arg === null ? [] : [compile(plan.arg)];
    const store = createWindowStore({
      mode: "growing",
      sliceMs: null,
      args,
      aggregates: [
        {
          fn: plan.fn,
          arg: plan.arg === null ? null : 0,
          distinct: plan.distinct,
          percent: plan.percent,
          seconds: null,
        },
      ],
    });
    store.grow(1);
    return (context) => {
      const before = context.row;
      for (const row of this.run?.rows(alias) ?? []) {
        context.row = row;
        store.add(0, row.time, context);
      }
      context.row = before;
      const value = store.value(0, 0);
      store.reset(0);
      return value;
    };
  }
}

function within(context: EvalContext, row: Row, evaluate: Evaluate): ReturnType<Evaluate> {
  const before = context.row;
  context.row = row;
  const value = evaluate(context);
  context.row = before;
  return value;
}
