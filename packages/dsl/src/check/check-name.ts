import type { Expr, MemberExpr, NameExpr } from "../ast.ts";
import { listed } from "./did-you-mean.ts";
import type { TableInfo } from "./names.ts";
import { resolveName } from "./resolve-name.ts";
import { type Alias, at, type Place, type Scope } from "./scope.ts";
import { declaresField, fieldNames, lookUpField, type StreamShape } from "./stream-shape.ts";
import { anyType, isKnown, type Type, withArticle } from "./type.ts";

/** A lone name. */
export function checkName(expr: NameExpr, scope: Scope): Type {
  const found = resolveName(scope, expr.name, false);
  if (found.kind !== "field" && found.kind !== "key") warnOfShadow(expr, scope, found.kind);
  switch (found.kind) {
    case "alias":
      scope.report.error("alias-alone", at(scope, expr.span), `\`${expr.name}\` is a step, not a value`, {
        hint: `write \`${expr.name}.field\` for a field of its event, or COUNT(${expr.name}) for the number of its events`,
      });
      return anyType;
    case "param":
      return found.param.type;
    case "let":
      if (found.declared.unsound) return anyType;
      // Looked at by itself already: what depends on the place is found where the outer LET is used.
      if (scope.place === "LET") return found.declared.type;
      return scope.check(found.declared.decl.value, { ...scope, site: scope.site ?? expr.span });
    case "table":
      scope.report.error("table-alone", at(scope, expr.span), `\`${expr.name}\` is a table, not a value`, {
        hint: `write \`${expr.name}[key].field\` for a field of a row, or \`key IN ${expr.name}\``,
      });
      return anyType;
    case "key":
      return scope.sequence?.keys.get(expr.name)?.type ?? anyType;
    case "field":
      return checkField(expr, scope);
  }
}

/** `object.name` */
export function checkMember(expr: MemberExpr, scope: Scope): Type {
  const { object, name } = expr;
  if (object.kind === "name") {
    const found = resolveName(scope, object.name, true);
    if (found.kind === "alias") return checkBound(expr, object, found.alias, scope);
    if (isMisplacedAlias(object, scope)) {
      scope.report.error(
        "alias-not-here",
        at(scope, object.span),
        `\`${object.name}\` is a step, and ${scope.place} sees one event alone`,
      );
      return anyType;
    }
    if (refersToUnknownAlias(object, scope)) {
      const known = [...(scope.sequence?.aliases.keys() ?? [])];
      scope.report.error("unknown-alias", at(scope, object.span), `no step is called \`${object.name}\``, {
        hint: `the steps are ${listed(known)}`,
        ...scope.report.didYouMean(object.name, known),
      });
      return anyType;
    }
    if (found.kind === "field") warnOfLikelyAlias(object, scope);
  }
  const type = scope.check(object, scope);
  if (type.fields !== undefined) {
    const found = type.fields.types.get(name.text);
    if (found !== undefined) return found;
    unknownField(name.text, name.span, `${type.fields.owner} has no field`, [...type.fields.types.keys()], scope);
    return anyType;
  }
  if (isKnown(type) && type.name !== "OBJECT") {
    scope.report.error("not-an-object", at(scope, name.span), `${withArticle(type.name)} has no fields`);
  }
  return anyType;
}

/** The table that an expression names: only in `table[key]` and `x IN table` may it stand. */
export function tableNamed(expr: Expr, scope: Scope): TableInfo | undefined {
  if (expr.kind !== "name") return undefined;
  const found = resolveName(scope, expr.name, false);
  if (found.kind === "let" && !found.declared.unsound) return tableNamed(found.declared.decl.value, scope);
  return found.kind === "table" ? found.table : undefined;
}

function checkField(expr: NameExpr, scope: Scope): Type {
  const { name, span } = expr;
  if (scope.sequence !== null && scope.around !== null) {
    if (scope.sequence.broken) return anyType;
    scope.report.error(
      "aggregate-needs-alias",
      at(scope, span),
      `${scope.around.name} of a sequence runs over the events of one step, and \`${name}\` names none`,
      { hint: `write \`step.${name}\`` },
    );
    return anyType;
  }
  const type = lookUpField(scope.streams, name);
  if (type === "unknown") {
    const streams = scope.streams ?? [];
    const advice = scope.keyNames.has(name)
      ? { hint: `\`${name}\` is the name of a BY expression: write that expression` }
      : undefined;
    const { params, lets } = scope.names;
    unknownField(
      name,
      span,
      ownersOf(streams),
      [...fieldNames(streams), ...params.keys(), ...lets.keys()],
      scope,
      advice,
    );
    return anyType;
  }
  if (scope.keyNames.has(name) && !isKnown(type)) {
    scope.report.warning("key-name-is-field", at(scope, span), `\`${name}\` reads a field of the event, not the key`, {
      hint: "write the BY expression itself for the key",
    });
  } else if (scope.streams === null) warnOfLikelySlip(expr, scope);
  return type;
}

/** `alias.field` */
function checkBound(expr: MemberExpr, object: NameExpr, alias: Alias, scope: Scope): Type {
  warnOfShadow(object, scope, "alias");
  scope.around?.aliases.add(alias.name);
  const { own } = scope;
  if (own !== null && alias.step > own.step) {
    scope.report.error("later-alias", at(scope, object.span), `\`${alias.name}\` is bound after \`${own.name}\``, {
      hint: "a step's WHERE may refer to the steps before it",
    });
    return anyType;
  }
  const why = whyNeverBound(alias, own);
  if (why !== null) {
    scope.report.warning(
      "never-bound",
      at(scope, expr.span),
      `${scope.report.quote(expr.span)} is always NULL: ${why}`,
    );
  }
  const type = lookUpField(alias.streams, expr.name.text);
  if (type !== "unknown") return type;
  const names = fieldNames(alias.streams);
  unknownField(expr.name.text, expr.name.span, ownersOf(alias.streams), names, scope);
  return anyType;
}

/** Why the alias has bound nothing where the WHERE of a step (`own`) reads it, or at the match. */
function whyNeverBound(alias: Alias, own: Alias | null): string | null {
  if (alias.not) return "a step with NOT binds no event";
  if (own === null || own.step !== alias.step) return null;
  if (own.name !== alias.name) return alias.group === "any" ? "of ANY OF one member alone is bound" : null;
  return alias.repeats ? null : "the step takes one event, and this is the one before it";
}

function unknownField(
  name: string,
  span: Expr["span"],
  who: string,
  known: readonly string[],
  scope: Scope,
  advice = scope.report.didYouMean(name, known),
): void {
  // A fix replaces the text of the span, which is the field's name only where no LET brought it.
  const { hint } = advice;
  const given = scope.site === null ? advice : hint === undefined ? {} : { hint };
  scope.report.error("unknown-field", at(scope, span), `${who} \`${name}\``, given);
}

/** Who has no such field. */
function ownersOf(streams: readonly StreamShape[]): string {
  const names = [...new Set(streams.map(({ name }) => name))];
  return names.length === 1
    ? `stream \`${names[0]}\` has no field`
    : `none of the streams ${listed(names)} has a field`;
}

/** A rule without FROM may read streams that nobody declared, but a near miss of a declared field is likely one. */
function warnOfLikelySlip({ name, span }: NameExpr, scope: Scope): void {
  const declared = [...scope.names.shapes.values()];
  if (declared.length === 0 || declaresField(declared, name) || scope.place === "LET") return;
  const advice = scope.report.didYouMean(name, fieldNames(declared));
  if (advice.hint === undefined) return;
  scope.report.warning("unknown-field", at(scope, span), `no declared stream has a field \`${name}\``, {
    hint: advice.hint,
  });
}

/** Of undeclared streams any field may be an object, but a near miss of an alias is likely one. */
function warnOfLikelyAlias({ name, span }: NameExpr, scope: Scope): void {
  if (scope.sequence === null || isBeforeSteps(scope.place) || declaresField(scope.streams ?? [], name)) return;
  const advice = scope.report.didYouMean(name, scope.sequence.aliases.keys());
  if (advice.hint === undefined) return;
  scope.report.warning("unknown-alias", at(scope, span), `no step is called \`${name}\`: it reads a field`, {
    hint: advice.hint,
  });
}

function warnOfShadow({ name, span }: NameExpr, scope: Scope, kind: string): void {
  if (scope.site !== null || scope.streams === null || !declaresField(scope.streams, name)) return;
  const what = kind === "alias" ? "the step" : `the ${kind.toUpperCase()}`;
  scope.report.warning("shadowed-field", span, `\`${name}\` is ${what} here, not the field of that name`);
}

/** An alias that someone gave a step, used where only the event is seen; a stream's name may be a field as well. */
function isMisplacedAlias({ name }: NameExpr, scope: Scope): boolean {
  const alias = scope.sequence?.aliases.get(name);
  if (alias === undefined || !alias.explicit) return false;
  return isBeforeSteps(scope.place) && !declaresField(scope.streams ?? [], name);
}

/** Where events are chosen and keyed, before steps are looked at. */
function isBeforeSteps(place: Place): boolean {
  return place === "WHERE" || place === "BY" || place === "BY of a step";
}

/** A dotted name in a sequence that is no step, and no field of the streams, which are all declared. */
function refersToUnknownAlias({ name }: NameExpr, scope: Scope): boolean {
  if (scope.sequence === null || scope.sequence.broken || isBeforeSteps(scope.place)) return false;
  return resolveName(scope, name, true).kind === "field" && lookUpField(scope.streams, name) === "unknown";
}
