import type { Branch, Emit, Span } from "../ast.ts";
import { eventReader } from "./about.ts";
import { checkCondition, checkExpression } from "./check-expression.ts";
import type { Names } from "./names.ts";
import type { Report } from "./report.ts";
import type { RuleFacts } from "./rule-facts.ts";
import { ruleScope } from "./rule-scope.ts";
import type { Scope, SequenceScope } from "./scope.ts";
import type { StreamShape } from "./stream-shape.ts";
import type { Type } from "./type.ts";

/** What the condition of a branch is about; `unknown` where it is not sound. */
type About = "event" | "window" | "match" | "nothing" | "unknown";

/** The data of an alert by name. */
export type DataTypes = ReadonlyMap<string, Type>;

/** WHEN, FOR, EMIT and COOLDOWN; gives the types of the data of each branch. */
export function checkBranches(
  facts: RuleFacts,
  names: Names,
  streams: readonly StreamShape[] | null,
  sequence: SequenceScope | null,
  keysAreSound: boolean,
): readonly DataTypes[] {
  const emitScope = ruleScope(facts, names, "EMIT", streams, sequence);
  const whenScope: Scope = { ...emitScope, place: "WHEN" };
  const data = facts.decl.branches.map((branch) => {
    const about = checkWhen(branch, facts, names, whenScope, keysAreSound);
    checkEpisode(branch, about, facts);
    return checkEmit(branch.emit, emitScope);
  });
  const per = facts.decl.cooldown?.per;
  if (per !== undefined) checkExpression(per, { ...emitScope, place: "COOLDOWN PER" });
  return data;
}

function checkWhen({ when }: Branch, facts: RuleFacts, names: Names, scope: Scope, keysAreSound: boolean): About {
  if (when === undefined) return "nothing";
  const { report } = scope;
  const before = report.errors;
  checkCondition(when, scope, "WHEN");
  if (facts.sequence !== null) return "match";
  if (!keysAreSound || report.errors > before || report.isBroken(when.span)) return "unknown";
  const reader = eventReader(when, facts, names);
  if (reader === undefined) return "window";
  if (!facts.byClock) return "event";
  report.error(
    "clock-condition",
    reader,
    `the rule is evaluated by the clock, and ${report.quote(reader)} reads an event`,
    { hint: "use an aggregate, such as LAST(…), or WHERE" },
  );
  return "unknown";
}

/** EACH, FOR and RESOLVE against what there is to fire for, wait for and end. */
function checkEpisode({ emit, for: wait }: Branch, about: About, { decl, sequence, rule }: RuleFacts): void {
  const { report } = rule.unit;
  // Its WHEN may be what could not be read.
  if (about === "nothing" && report.isBroken(decl.span)) return;
  const session = decl.window?.kind === "session";
  const none = whyNoEpisode(about, session, sequence !== null);
  if (wait !== undefined) {
    const why = none ?? (emit.each ? "EMIT EACH fires at every evaluation that is TRUE" : undefined);
    if (why !== undefined) report.error("for-not-here", wait.span, `FOR waits for an episode to last: ${why}`);
  }
  if (emit.resolve && none !== undefined) {
    report.error("resolve-not-here", resolveSpan(emit, report), `RESOLVE says that an episode is over: ${none}`, {
      hint: about === "event" ? "a condition of aggregates alone is about the window" : "leave AND RESOLVE out",
    });
  }
  if (!emit.each) return;
  const span = report.find(emit.span, /^EMIT\s+EACH/gi);
  if (sequence !== null) {
    report.error("not-here", span, "EACH does not stand in a rule with SEQUENCE", {
      hint: "MATCH EACH gives every start its match",
    });
  } else if (none !== undefined) {
    report.hint("each-without-episode", span, `EACH changes nothing: ${none}`);
  }
}

function whyNoEpisode(about: About, session: boolean, sequence: boolean): string | undefined {
  if (sequence) return "a sequence fires for every match";
  if (session) return "a session is an episode of its own";
  if (about === "event") return "the condition is about the event, and fires for every one";
  return about === "nothing" ? "without WHEN every evaluation fires" : undefined;
}

function resolveSpan(emit: Emit, report: Report): Span {
  return report.find(emit.span, /AND\s+RESOLVE/gi);
}

function checkEmit({ message, data = [] }: Emit, scope: Scope): DataTypes {
  for (const part of message?.parts ?? []) if (typeof part !== "string") checkExpression(part, scope);
  const types = new Map<string, Type>();
  for (const { name, value } of data) {
    if (types.has(name.text)) {
      scope.report.error("duplicate-data", name.span, `the data have a \`${name.text}\` already`);
    }
    types.set(name.text, checkExpression(value, scope));
  }
  return types;
}
