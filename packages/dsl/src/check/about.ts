import type { Expr, Span } from "../ast.ts";
import { compileExpression } from "../compile/compile-expression.ts";
import { type EventReaders, findReader, keyReplacer } from "../compile/event-readers.ts";
import { AggregateList, type ExpressionScope } from "../compile/expression-scope.ts";
import type { Names } from "./names.ts";
import type { RuleFacts } from "./rule-facts.ts";

/**
 * Where a sound condition reads the current event outside an aggregate: then it is about the event.
 * `undefined`: it is about the window.
 */
export function eventReader(when: Expr, facts: RuleFacts, names: Names): Span | undefined {
  const readers: EventReaders = new Map();
  const scope: ExpressionScope = {
    compile: compileExpression,
    names,
    place: "WHEN",
    sequence: null,
    aggregates: new AggregateList(),
    readers,
    shortForm: facts.counted.length > 0,
    inAggregate: false,
    site: null,
  };
  const keys = facts.keys.map(({ expr }) => compileExpression(expr, { ...scope, place: "BY", readers: new Map() }));
  return findReader(keyReplacer(keys, readers)(compileExpression(when, scope)), readers);
}
