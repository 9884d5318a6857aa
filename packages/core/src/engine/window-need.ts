import type { CompareOp, PlanExpr, RulePlan } from "../plan.ts";
import type { Value } from "../value.ts";
import { flipped } from "../expression/flipped.ts";

/** How much of its WITHIN window a rule can tell apart. */
export interface WindowNeed {
  /** The newest events of the window; `null`: all of it. */
  readonly events: number | null;
  /** By position of an aggregate, all of which are COUNT(DISTINCT): up to which count it is told apart. */
  readonly distinct: ReadonlyMap<number, number>;
}

/** Of more different values than this a list in order of time is slower than a table. */
const maxDistinct = 32;

const everything: WindowNeed = { events: null, distinct: new Map() };

/**
 * What a rule needs of its window to say the same.
 *
 * A count that is compared with a constant alone matters up to just beyond that constant: of `COUNT() > 20` the last 21 events tell, of
 * `COUNT(DISTINCT x) >= 8` the 8 most recent values. What an alert says of the window is known with it where the rule fires only as
 * the count reaches its threshold: at `COUNT() >= 5` the window holds exactly the last 5 events.
 *
 * `constant` gives the value of constants and PARAMs, `undefined` of anything else.
 */
export function windowNeed(rule: RulePlan, constant: (expr: PlanExpr) => Value | undefined): WindowNeed {
  const { window, branches, aggregates } = rule;
  if (window?.kind !== "within" || window.precision !== null || branches.some((branch) => branch.resolve)) {
    return everything;
  }
  const reads = new Reads(rule, constant);
  for (const { when } of branches) if (when !== null) reads.condition(when);
  const edge = edgeOf(rule, constant);
  const said = new Set<number>();
  aggregatesIn([branches.map(({ message, data }) => [message, data]), rule.cooldown], said);
  for (const index of said) {
    const { over, prior, distinct } = aggregates[index]!;
    if (over !== null) continue;
    // At the edge the window is what was kept of it, or the count is the one that was compared.
    const known = edge !== null && !prior && (edge.counts === "events" ? !distinct : index === edge.index);
    if (!known) return everything;
  }
  return reads.need();
}

/** Collects how far counts are told apart by conditions. */
class Reads {
  readonly #rule: RulePlan;
  readonly #constant: (expr: PlanExpr) => Value | undefined;
  #events = 1;
  #exact = false;
  readonly #distinct = new Map<number, number>();

  constructor(rule: RulePlan, constant: (expr: PlanExpr) => Value | undefined) {
    this.#rule = rule;
    this.#constant = constant;
  }

  condition(expr: PlanExpr): void {
    if (expr.op === "and" || expr.op === "or") for (const arg of expr.args) this.condition(arg);
    else if (expr.op === "not") this.condition(expr.arg);
    else if (expr.op === "compare") {
      const compared = comparedCount(expr, this.#constant);
      if (compared === null) this.#all(expr);
      else this.#upTo(compared.index, toldApart(compared.cmp, compared.constant));
    } else this.#all(expr);
  }

  need(): WindowNeed {
    return this.#exact ? everything : { events: this.#events, distinct: this.#distinct };
  }

  #upTo(index: number, count: number): void {
    const { fn, arg, distinct, prior, over } = this.#rule.aggregates[index]!;
    if (over !== null) return;
    if (fn !== "COUNT" || prior || (arg !== null && !distinct)) this.#exact = true;
    else if (!distinct) this.#events = Math.max(this.#events, count);
    else if (count > maxDistinct) this.#exact = true;
    else this.#distinct.set(index, Math.max(this.#distinct.get(index) ?? 0, count));
  }

  /** Whatever is read there is needed exactly. */
  #all(expr: PlanExpr): void {
    const found = new Set<number>();
    aggregatesIn(expr, found);
    for (const index of found) if (this.#rule.aggregates[index]!.over === null) this.#exact = true;
  }
}

/** The count whose reaching a threshold is all that makes the rule fire, once per episode. */
function edgeOf(
  { branches, aggregates }: RulePlan,
  constant: (expr: PlanExpr) => Value | undefined,
): { readonly index: number; readonly counts: "events" | "values" } | null {
  const [branch] = branches;
  if (branches.length !== 1 || branch!.each || branch!.for !== null || branch!.about !== "window") return null;
  const { when } = branch!;
  if (when?.op !== "compare") return null;
  const compared = comparedCount(when, constant);
  if (compared === null || (compared.cmp !== ">" && compared.cmp !== ">=")) return null;
  const { fn, arg, distinct, prior, over } = aggregates[compared.index]!;
  if (fn !== "COUNT" || prior || over !== null || (arg !== null && !distinct)) return null;
  return { index: compared.index, counts: distinct ? "values" : "events" };
}

/** An aggregate compared with a number, written as if it stood on the left. */
function comparedCount(
  { left, right, cmp }: Extract<PlanExpr, { readonly op: "compare" }>,
  constant: (expr: PlanExpr) => Value | undefined,
): { readonly index: number; readonly cmp: CompareOp; readonly constant: number } | null {
  if (right.op === "aggregate") {
    const value = constant(left);
    return typeof value === "number" ? { index: right.index, cmp: flipped[cmp], constant: value } : null;
  }
  const value = constant(right);
  return left.op === "aggregate" && typeof value === "number" ? { index: left.index, cmp, constant: value } : null;
}

/** The smallest count that stands for all larger ones. */
function toldApart(cmp: CompareOp, constant: number): number {
  const count = cmp === ">=" || cmp === "<" ? Math.ceil(constant) : Math.floor(constant) + 1;
  return Math.max(1, count);
}

/** The aggregates read anywhere in a part of a plan. */
function aggregatesIn(node: unknown, found: Set<number>): void {
  if (Array.isArray(node)) {
    for (const item of node) aggregatesIn(item, found);
  } else if (typeof node === "object" && node !== null) {
    const { op, index } = node as { readonly op?: unknown; readonly index?: unknown };
    if (op === "aggregate" && typeof index === "number") found.add(index);
    for (const part of Object.values(node)) aggregatesIn(part, found);
  }
}
