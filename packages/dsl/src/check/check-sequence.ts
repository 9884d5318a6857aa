import type { Expr, Step } from "../ast.ts";
import { checkCondition } from "./check-expression.ts";
import { checkStreamName } from "./check-sources.ts";
import type { Names } from "./names.ts";
import { contradictionOf } from "./never-true.ts";
import type { Report } from "./report.ts";
import type { RuleFacts, SequenceFacts } from "./rule-facts.ts";
import { ruleScope, sequenceScope } from "./rule-scope.ts";
import type { Alias } from "./scope.ts";

/** The steps of a sequence: which may stand where, their names, streams and conditions. */
export function checkSequence(facts: RuleFacts, names: Names, known: ReadonlySet<string>): void {
  const { sequence, decl, rule } = facts;
  const { report } = rule.unit;
  if (sequence === null) {
    if (decl.match !== undefined) {
      report.error(
        "match-without-sequence",
        decl.match.span,
        "MATCH says how a SEQUENCE matches, and the rule has none",
      );
    }
    return;
  }
  checkClauses(facts, report);
  checkOrder(decl.sequence?.steps ?? [], report);
  checkNames(facts, sequence, report);
  const scope = ruleScope(facts, names, "WHERE of a step", null, sequenceScope(facts));
  for (const { step, alias } of sequence.steps) {
    if (step.stream !== undefined) checkStreamName(step.stream, names, known, report);
    if (step.where !== undefined) {
      checkCondition(step.where, { ...scope, streams: alias.streams, own: alias }, "WHERE");
      if (!report.isBroken(decl.span)) checkTakesSomething(step.where, alias, facts, names);
    }
  }
}

/** A step whose WHERE, with that of the rule, no event meets. */
function checkTakesSomething(where: Expr, { not }: Alias, { decl, rule, sequence }: RuleFacts, names: Names): void {
  const { report } = rule.unit;
  const ofRule = decl.where === undefined ? [] : [{ expr: decl.where, aliases: new Set<string>() }];
  // What is wrong with the WHERE of the rule alone is told there.
  if (contradictionOf(ofRule, names) !== null) return;
  const found = contradictionOf([...ofRule, { expr: where, aliases: new Set(sequence?.aliases.keys()) }], names);
  if (found === null) return;
  const beside = found.beside === null ? "" : ` beside ${report.quote(found.beside)}`;
  report.warning("never-true", found.span, `${report.quote(found.span)} is never TRUE${beside}`, {
    hint: not ? "the step forbids nothing" : "the step takes no event",
  });
}

/** What stands beside SEQUENCE: WITHIN alone of the windows. */
function checkClauses({ decl, sequence }: RuleFacts, report: Report): void {
  const { window } = decl;
  const refuse = (span: { start: number; end: number }, what: string): void => {
    report.error("not-here", span, `${what} does not stand in a rule with SEQUENCE`, {
      hint: "WITHIN says how long a match may take",
    });
  };
  if (window?.kind === "within") {
    if (window.precision !== undefined) refuse(window.precision.span, "PRECISION");
    if (window.every !== undefined) refuse(window.every.span, "EVERY");
  } else if (window !== undefined) {
    refuse(window.span, window.kind === "last" ? "LAST … EVENTS" : window.kind.toUpperCase());
  }
  if (window !== undefined || report.isBroken(decl.span)) return;
  const open = sequence?.steps.find(({ step }) => step.not || step.quantifier?.max === null);
  if (open === undefined) return;
  const why = open.step.not ? "NOT" : "a step without a greatest number of events";
  report.error(
    "sequence-needs-within",
    open.step.quantifier?.span ?? open.step.span,
    `a sequence with ${why} needs WITHIN`,
    {
      hint: "write WITHIN and a duration behind the steps",
    },
  );
}

/** NOT and NEXT, and what may be left out. */
function checkOrder(steps: readonly Step[], report: Report): void {
  const [first] = steps;
  if (first?.kind === "step" && first.not) {
    report.error("not-first", first.span, "a sequence does not begin with NOT: something must happen first");
  } else if (steps.length > 0 && steps.every((step) => step.kind === "step" && (step.not || isOptional(step)))) {
    report.error("no-required-step", first?.span ?? { start: 0, end: 0 }, "one step of a sequence must occur");
  }
  let before: Step | undefined;
  for (const step of steps) {
    if (step.next && step.kind === "step" && step.not) {
      report.error("not-next", step.span, "NOT does not stand behind THEN NEXT", { hint: "write THEN NOT" });
    } else if (step.next && (isOptional(step) || (before !== undefined && isOptional(before)))) {
      report.error("next-beside-optional", step.span, "THEN NEXT does not stand beside a step that may be left out");
    }
    if (step.kind === "group" || !step.not) before = step;
  }
}

function isOptional(step: Step): boolean {
  return step.kind === "step" && !step.not && step.quantifier?.min === 0;
}

/** Aliases and streams. */
function checkNames({ decl }: RuleFacts, { steps }: SequenceFacts, report: Report): void {
  const seen = new Map<string, boolean>();
  const from = decl.from === undefined ? null : new Set(decl.from.map(({ text }) => text));
  for (const { step, alias } of steps) {
    const name = step.alias ?? step.stream;
    if (name === undefined) continue;
    const before = seen.get(alias.name);
    if (before === false && !alias.explicit) {
      report.error("duplicate-alias", name.span, `two steps on stream \`${alias.name}\` need aliases`, {
        hint: `write \`first: ${alias.name}\``,
      });
    } else if (before !== undefined) {
      report.error("duplicate-alias", name.span, `a step is called \`${alias.name}\` already`);
    }
    seen.set(alias.name, alias.explicit);
    if (step.stream === undefined && from === null && !report.isBroken(decl.span)) {
      report.error("step-needs-stream", name.span, `\`${alias.name}\` names no stream, and the rule has no FROM`, {
        hint: `write \`${alias.name}: stream\``,
      });
    }
    if (step.stream !== undefined && from?.has(step.stream.text) === false) {
      report.warning(
        "stream-not-in-from",
        step.stream.span,
        `FROM leaves \`${step.stream.text}\` out: the step takes no event`,
      );
    }
  }
}
