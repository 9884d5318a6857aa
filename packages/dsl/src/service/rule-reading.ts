import type { Branch, RuleDecl } from "../ast.ts";
import { eventReader } from "../check/about.ts";
import type { Checked } from "../check/check.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import { type ConditionContext, conditionWords } from "./condition-reading.ts";
import { code, durationWords, joined } from "./reading-words.ts";
import { sequenceWords } from "./sequence-reading.ts";

/**
 * A sound rule in one English sentence, which says what its short forms stand for.
 *
 * `WITHIN 10s COUNT(user) > 5 EMIT HIGH` reads as: per `user`, fires HIGH once when more than 5 events arrive within 10 s.
 */
export function ruleReading(facts: RuleFacts, { names }: Checked, text: string): string {
  const { decl } = facts;
  const context: ConditionContext = { text, shortForm: facts.counted.length > 0 };
  const start = [clockWords(facts), keyWords(facts, text), sourceWords(decl, text)].filter((words) => words !== "");
  const branches = decl.branches.map((branch) => {
    const about =
      branch.when !== undefined && facts.sequence === null && eventReader(branch.when, facts, names) !== undefined;
    return branchWords(branch, facts, about, context);
  });
  const sentence = [...start, `fires ${joined(branches, "or")}`].join(", ");
  return `${capitalised(sentence)}${tailWords(decl, text)}.`;
}

/** When a rule is evaluated that goes by the clock. */
function clockWords({ decl: { window } }: RuleFacts): string {
  switch (window?.kind) {
    case "every":
      return `at the end of every ${durationWords(window.every)}`;
    case "within":
      return window.every === undefined ? "" : `every ${durationWords(window.every)}`;
    case "session":
      return `at the end of a session (${durationWords(window.gap)} without an event)`;
    default:
      return "";
  }
}

function keyWords({ keys, sequence }: RuleFacts, text: string): string {
  if (keys.length === 0) return sequence !== null && sequence.keysOf.size > 0 ? "per key" : "";
  return `per ${joined(keys.map(({ expr }) => code(text.slice(expr.span.start, expr.span.end))))}`;
}

function sourceWords({ from, where }: RuleDecl, text: string): string {
  const streams = from === undefined ? "" : `of ${joined(from.map((name) => code(name.text)))}`;
  const kept = where === undefined ? "" : `with ${code(text.slice(where.span.start, where.span.end))}`;
  if (streams === "" && kept !== "") return `of all events ${kept}`;
  return [streams, kept].filter((words) => words !== "").join(" ");
}

function branchWords(branch: Branch, facts: RuleFacts, aboutEvent: boolean, context: ConditionContext): string {
  const { emit, when } = branch;
  const into = emit.into === undefined ? "" : ` into ${code(emit.into.text)}`;
  const resolve = emit.resolve ? ", and tells when it is over" : "";
  const what = `${emit.severity}${into}`;
  const { decl, sequence } = facts;
  if (sequence !== null && decl.sequence !== undefined) {
    const also = when === undefined ? "" : ` and ${conditionWords(when, context)}`;
    return `${what} when ${sequenceWords(decl.sequence, context.text)}${windowWords(decl, true)}${also}`;
  }
  if (when === undefined) return facts.byClock ? what : `${what} for every event`;
  const words = conditionWords(when, context);
  const counts = COUNTS.test(words);
  const within = windowWords(decl, counts);
  if (aboutEvent) return `${what} for every event for which ${words}${within}`;
  const often = emit.each ? " at every evaluation" : decl.window?.kind === "session" ? "" : " once";
  const wait = branch.for === undefined ? "" : `${counts ? "" : ","} for ${durationWords(branch.for)} without a break`;
  return `${what}${often} when ${words}${within}${wait}${resolve}`;
}

/** Behind what is said of events that come, the window is the time in which they do. */
const COUNTS = /(?:arrives?|seen)(?: before it)?$/;

function windowWords({ window }: RuleDecl, counts: boolean): string {
  if (window?.kind === "within") {
    const length = durationWords(window.length);
    if (window.every !== undefined) return `${counts ? "" : ","} in the last ${length}`;
    return counts ? ` within ${length}` : `, over the last ${length}`;
  }
  if (window?.kind !== "last") return "";
  return window.count === 1 ? ", at the newest event" : `${counts ? "" : ","} among the last ${window.count} events`;
}

function tailWords({ cooldown, expire }: RuleDecl, text: string): string {
  const per =
    cooldown?.per === undefined ? "" : ` per ${code(text.slice(cooldown.per.span.start, cooldown.per.span.end))}`;
  const held =
    cooldown === undefined ? "" : `; further alerts${per} are held back for ${durationWords(cooldown.duration)}`;
  const forgotten = expire === undefined ? "" : `; a key is forgotten ${durationWords(expire)} after its last event`;
  return `${held}${forgotten}`;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
