import type { BranchPlan, PlanExpr, RulePlan, WindowPlan } from "@weir/core";
import type { Branch, Expr, Window } from "../ast.ts";
import type { Names } from "../check/names.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import { sequenceScope } from "../check/rule-scope.ts";
import type { Place } from "../check/scope.ts";
import { compileDur, compileOptionalDur } from "./compile-dur.ts";
import { compileExpression } from "./compile-expression.ts";
import { compileSequence } from "./compile-sequence.ts";
import { findReader, keyReplacer } from "./event-readers.ts";
import { AggregateList, type ExpressionScope } from "./expression-scope.ts";

/** The plan of a rule that the checker found sound. */
export function compileRule(facts: RuleFacts, names: Names): RulePlan {
  const { decl, rule, streams, sequence } = facts;
  const aggregates = new AggregateList();
  const scope: ExpressionScope = {
    compile: compileExpression,
    names,
    place: "BY",
    sequence: sequenceScope(facts),
    aggregates,
    readers: new Map(),
    shortForm: false,
    inAggregate: false,
    site: null,
  };
  const key = facts.keys.map(({ name, expr }) => ({ name, expr: compileExpression(expr, scope) }));
  const replaceKeys = keyReplacer(sequence === null ? key.map(({ expr }) => expr) : [], scope.readers);
  const inAlert = (place: Place, expr: Expr): PlanExpr => {
    const shortForm = place === "WHEN" && facts.counted.length > 0;
    return replaceKeys(compileExpression(expr, { ...scope, place, shortForm }));
  };
  const branches = decl.branches.map((branch) => compileBranch(branch, facts, scope, inAlert));
  return {
    name: rule.name,
    title: decl.title?.value ?? null,
    from: streams === null ? null : streams.map(({ name }) => name),
    where: decl.where === undefined ? null : compileExpression(decl.where, { ...scope, place: "WHERE" }),
    key,
    window: sequence === null && decl.window !== undefined ? compileWindow(decl.window) : null,
    sequence: sequence === null ? null : compileSequence(facts, sequence, scope, names),
    branches,
    cooldown:
      decl.cooldown === undefined
        ? null
        : {
            duration: compileDur(decl.cooldown.duration),
            per: decl.cooldown.per === undefined ? null : inAlert("COOLDOWN PER", decl.cooldown.per),
          },
    expireAfter: compileOptionalDur(decl.expire),
    aggregates: aggregates.all,
  };
}

function compileBranch(
  { when, for: wait, emit }: Branch,
  { sequence }: RuleFacts,
  { readers }: ExpressionScope,
  inAlert: (place: Place, expr: Expr) => PlanExpr,
): BranchPlan {
  const condition = when === undefined ? null : inAlert("WHEN", when);
  const about = condition === null || sequence !== null || findReader(condition, readers) !== undefined;
  return {
    when: condition,
    about: about ? "event" : "window",
    for: compileOptionalDur(wait),
    each: emit.each,
    severity: emit.severity,
    message: emit.message?.parts.map((part) => (typeof part === "string" ? part : inAlert("EMIT", part))) ?? null,
    data: (emit.data ?? []).map(({ name, value }) => ({ name: name.text, expr: inAlert("EMIT", value) })),
    into: emit.into?.text ?? null,
    to: emit.to?.map(({ text }) => text) ?? [],
    resolve: emit.resolve,
  };
}

function compileWindow(window: Window): WindowPlan {
  switch (window.kind) {
    case "within": {
      const length = compileDur(window.length);
      if (window.every === undefined) {
        return { kind: "within", length, precision: compileOptionalDur(window.precision) };
      }
      const every = compileDur(window.every);
      return { kind: "hopping", length, every, offset: compileOptionalDur(window.offset) ?? 0 };
    }
    case "every":
      return { kind: "tumbling", every: compileDur(window.every), offset: compileOptionalDur(window.offset) ?? 0 };
    case "last":
      return { kind: "last", count: window.count };
    case "session":
      return { kind: "session", gap: compileDur(window.gap), max: compileOptionalDur(window.max) };
  }
}
