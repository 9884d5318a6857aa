import { checkExpression } from "./check-expression.ts";
import type { Names } from "./names.ts";
import type { Report } from "./report.ts";
import type { RuleFacts } from "./rule-facts.ts";
import type { Place, Scope, SequenceScope } from "./scope.ts";
import type { StreamShape } from "./stream-shape.ts";
import { anyType, type Type } from "./type.ts";

/** What names mean in the expressions of a sequence; `null` of any other rule. */
export function sequenceScope(
  { sequence, keys, decl, rule }: RuleFacts,
  types: readonly Type[] = [],
): SequenceScope | null {
  if (sequence === null) return null;
  const byName = new Map(keys.map(({ name }, index) => [name, { index, type: types[index] ?? anyType }]));
  const broken = decl.sequence !== undefined && rule.unit.report.isBroken(decl.sequence.span);
  return { aliases: sequence.aliases, broken, keys: byName };
}

/** The scope of an expression of a rule that reads fields of those streams. */
export function ruleScope(
  facts: RuleFacts,
  names: Names,
  place: Place,
  streams: readonly StreamShape[] | null,
  sequence: SequenceScope | null,
): Scope {
  const conditions = place === "WHEN" || place === "EMIT" || place === "COOLDOWN PER";
  const named = conditions && sequence === null ? facts.keys.flatMap(({ as }) => as?.text ?? []) : [];
  return {
    check: checkExpression,
    names,
    report: facts.rule.unit.report,
    place,
    streams,
    sequence,
    own: null,
    around: null,
    site: null,
    hasLength: facts.hasLength,
    keyNames: new Set(named),
  };
}

/** The scope of a LET by itself, whose fields may be of any stream. */
export function letScope(names: Names, report: Report): Scope {
  return {
    check: checkExpression,
    names,
    report,
    place: "LET",
    streams: null,
    sequence: null,
    own: null,
    around: null,
    site: null,
    hasLength: true,
    keyNames: new Set(),
  };
}
