import type { Expr } from "../ast.ts";
import { checkExpression } from "./check-expression.ts";
import { listed } from "./did-you-mean.ts";
import type { Names } from "./names.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { ruleScope } from "./rule-scope.ts";
import type { Scope } from "./scope.ts";
import type { StreamShape } from "./stream-shape.ts";
import { joinTypes, type Type, withArticle } from "./type.ts";

/** BY, the keys of steps and the short form; gives the types of the keys. */
export function checkKeys(facts: RuleFacts, names: Names): readonly Type[] {
  checkKeyNames(facts);
  if (facts.sequence !== null) return checkStepKeys(facts, names);
  if (facts.decl.by === undefined) {
    checkShortForm(facts, names);
    return [];
  }
  const scope = ruleScope(facts, names, "BY", facts.streams, null);
  return facts.keys.map(({ expr }) => checkKey(expr, scope));
}

function checkKey(expr: Expr, scope: Scope): Type {
  const type = checkExpression(expr, scope);
  if (type.name === "LIST" || type.name === "OBJECT") {
    scope.report.error("bad-key-type", expr.span, `${withArticle(type.name)} cannot be a key`, {
      hint: "such events are never matched: key by one of its fields",
    });
  }
  return type;
}

function checkKeyNames({ keys, rule }: RuleFacts): void {
  const seen = new Set<string>();
  for (const { name, span, as } of keys) {
    if (seen.has(name)) {
      rule.unit.report.error("duplicate-key-name", as?.span ?? span, `two keys are called \`${name}\``, {
        hint: "give one another name with AS",
      });
    }
    seen.add(name);
  }
}

function checkShortForm({ counted, decl, rule, streams }: RuleFacts, names: Names): void {
  const [first, second] = counted;
  if (first === undefined) return;
  const { report } = rule.unit;
  const when = decl.branches.find((branch) => branch.when !== undefined)?.when;
  if (second !== undefined && when !== undefined) {
    const written = decl.branches.some(
      (branch) =>
        branch.when !== undefined &&
        branch.when.span.start <= second.span.start &&
        second.span.end <= branch.when.span.end,
    );
    report.error(
      "ambiguous-key",
      written ? second.span : when.span,
      `COUNT of a field keys the rule by it, and these are several: ${listed(counted.map(({ name }) => name))}`,
      { hint: "write BY, or COUNT(field IS NOT NULL) to count events" },
    );
  }
  const scope = ruleScope({ ...rulelessKeys, rule, decl }, names, "BY", streams, null);
  const before = report.errors;
  const type = checkExpression(first.expr, scope);
  if (type.name === "BOOLEAN" && report.errors === before) {
    report.warning(
      "short-form-of-boolean",
      first.span,
      `COUNT(${first.name}) keys the rule by \`${first.name}\`, which is a BOOLEAN`,
      {
        hint: `write COUNT(${first.name} = TRUE) to count the events for which it is TRUE`,
      },
    );
  }
}

const rulelessKeys = { streams: null, byClock: false, hasLength: false, keys: [], counted: [], sequence: null };

/** Every stream of a keyed sequence has one key, of as many expressions as the others. */
function checkStepKeys(facts: RuleFacts, names: Names): readonly Type[] {
  const { sequence, decl, keys, rule } = facts;
  if (sequence === null) return [];
  const { report } = rule.unit;
  const scope = sequenceKeyScope(facts, names);
  const own = new Map<string, readonly Expr[]>();
  const types: Type[][] = [];
  const note = (of: readonly Type[]): void => of.forEach((type, i) => (types[i] ??= []).push(type));
  for (const { step, alias } of sequence.steps) {
    const by = step.by;
    if (by === undefined) continue;
    note(by.map((expr) => checkKey(expr, scope("BY of a step", alias.streams))));
    const first = by[0];
    if (first === undefined) continue;
    if (by.length !== keys.length) {
      report.error(
        "key-count",
        first.span,
        `\`${alias.name}\` is keyed by ${by.length}, the sequence by ${keys.length}`,
        {
          hint: "all streams of a sequence have keys of the same length",
        },
      );
    }
    for (const { name } of alias.streams) {
      const before = own.get(name);
      if (before !== undefined && saying(before) !== saying(by)) {
        report.error("conflicting-keys", first.span, `stream \`${name}\` is keyed by something else in a step before`);
      }
      own.set(name, by);
    }
  }
  const others = (facts.streams ?? []).filter(({ name }) => !own.has(name));
  if (decl.by !== undefined) {
    if (others.length > 0) note(decl.by.map(({ expr }) => checkKey(expr, scope("BY", others))));
  } else if (own.size > 0) reportUnkeyed(facts, others);
  return types.map(joinTypes);
}

function sequenceKeyScope(
  facts: RuleFacts,
  names: Names,
): (place: "BY" | "BY of a step", streams: readonly StreamShape[]) => Scope {
  const sequence = { aliases: facts.sequence?.aliases ?? new Map(), broken: false, keys: new Map() };
  return (place, streams) => ruleScope(facts, names, place, streams, sequence);
}

function reportUnkeyed({ sequence, decl, rule }: RuleFacts, streams: readonly StreamShape[]): void {
  for (const { name } of streams) {
    const step = sequence?.steps.find(({ alias }) => alias.streams.some((stream) => stream.name === name))?.step;
    const span = step?.span ?? decl.from?.find(({ text }) => text === name)?.span ?? decl.span;
    rule.unit.report.error(
      "missing-step-key",
      span,
      `stream \`${name}\` has no key, and other streams of the sequence have`,
      {
        hint: "give the step a BY, or the rule",
      },
    );
  }
}

/** The same for expressions that say the same wherever they stand. */
function saying(by: readonly Expr[]): string {
  return JSON.stringify(by, (key, value: unknown) => (key === "span" || key === "nameSpan" ? undefined : value));
}
