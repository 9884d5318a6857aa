import { Duration } from "../value.ts";
import { allDigits, sixDigits, toText } from "../values/to-text.ts";
import type { ConditionPart, Term } from "./condition-part.ts";
import type { RunTrace } from "./run-trace.ts";
import type { Evaluation, RefusedBy, WhyNot, WhyNotReason } from "./why.ts";

/** How times are written; ISO-8601 UTC where it is not given. */
export interface WhyTextOptions {
  readonly time?: (ms: number) => string;
}

/** Why a rule did not fire, as sentences for people, the most telling first. */
export function whyNotLines({ reasons }: WhyNot, options: WhyTextOptions = {}): readonly string[] {
  const time = options.time ?? iso;
  return reasons.map((reason) => reasonText(reason, time));
}

/** A condition as it was evaluated: what its parts came to, those that were not TRUE first. */
export function conditionText(condition: ConditionPart, options: WhyTextOptions = {}): string {
  const time = options.time ?? iso;
  const parts = joined(condition);
  const missing = parts.filter(({ truth }) => truth !== true);
  const texts = (missing.length === 0 ? parts : missing).map((part) => partText(part, time));
  const rest = missing.length === 0 ? 0 : parts.length - missing.length;
  return `${texts.join("; ")}${rest === 0 ? "" : `; the other ${rest === 1 ? "part was" : `${rest} parts were`} TRUE`}`;
}

/** How far a run came, what it waited for and what ended it: `had a at … and waited for b; its WITHIN ran out at …`. */
export function runText(run: RunTrace, options: WhyTextOptions = {}): string {
  const time = options.time ?? iso;
  const had = Object.entries(run.bound).map(([alias, { count, lastAt }]) =>
    count === 1 ? `${alias} at ${time(lastAt)}` : `${count} of ${alias}, the last at ${time(lastAt)}`,
  );
  const waited = run.waitsFor.length === 0 ? "" : ` and waited for ${run.waitsFor.join(" or ")}`;
  return `had ${had.join(", ")}${waited}; ${endText(run, time)}`;
}

type TimeText = (ms: number) => string;

function iso(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : "the end";
}

function reasonText(reason: WhyNotReason, time: TimeText): string {
  switch (reason.kind) {
    case "fired": {
      const { count, last } = reason;
      return count === 1 ? `it fired at ${time(last)}` : `it fired ${count} times, the last at ${time(last)}`;
    }
    case "not-true":
      return evaluationText(reason.evaluation, time);
    case "episode-open":
      return `its episode has been open since ${time(reason.since)}: it fires again once it has closed`;
    case "for":
      return `its condition holds, and must do so until ${time(reason.until)}`;
    case "cooldown":
      return `its COOLDOWN holds alerts back until ${time(reason.until)} (${events(reason.count, "alert")} so far)`;
    case "not-evaluated":
      return reason.window === "session" || reason.window === "tumbling" || reason.window === "hopping"
        ? `no ${reason.window === "session" ? "session" : "window"} of the key had ended by then`
        : "no event of the key had come by then";
    case "run":
      return `the run that came furthest ${runText(reason.run, { time })}`;
    case "no-run": {
      const { refused, refusedBy } = reason;
      if (refused === 0) return "no event of the first step's stream came";
      return `no event satisfied the first step: of ${events(refused)} ${refusedText(refusedBy)}`;
    }
    case "filtered": {
      const { refused, passed, refusedBy } = reason;
      return `WHERE was not TRUE for ${refused} of ${events(refused + passed)}: ${refusedText(refusedBy)}`;
    }
    case "missing-key":
      return `${events(reason.events)} passed WHERE and had no key: \`${reason.part}\` was NULL, a list or an object`;
    case "no-event":
      return "no event with this key came to it";
    case "no-stream": {
      const others = reason.others.map(({ stream, events: count }) => `\`${stream}\` ${count}`).join(", ");
      const rules = reason.writtenBy.map((rule) => `\`${rule}\``).join(" or ");
      const written = rules === "" ? "" : `, which rule ${rules} writes: ask why that did not fire`;
      return `no event of stream \`${reason.stream}\` came${written}${others === "" ? "" : ` (of others: ${others})`}`;
    }
    case "late":
      return `${events(reason.events)} came too late${reason.last === null ? "" : `, the last of ${time(reason.last)}`}`;
    case "bad":
      return `${events(reason.events)} of stream \`${reason.stream}\` could not be used: ${reason.reason}`;
  }
}

function evaluationText({ at, condition }: Evaluation, time: TimeText): string {
  return condition === null
    ? `at ${time(at)} it had no condition`
    : `at ${time(at)} ${conditionText(condition, { time })}`;
}

function joined(condition: ConditionPart): readonly ConditionPart[] {
  return condition.op === "and" ? condition.parts : [condition];
}

function partText(part: ConditionPart, time: TimeText): string {
  const { compare, truth, text, terms, op, parts } = part;
  const not = truth === true ? "" : "not ";
  const from = terms.length === 0 ? "" : ` (${terms.map((term) => `${term.text} ${termText(term, time)}`).join(", ")})`;
  if (op === "or") return `none of (${parts.map((inner) => partText(inner, time)).join(" or ")})`;
  if (compare === null) return `\`${text}\` was ${truth === null ? "NULL" : truth ? "TRUE" : "FALSE"}${from}`;
  const { left, cmp, right } = compare;
  const threshold = termText(right, time);
  const computed = terms.length > 0 ? `${threshold} = ${right.text}` : `${right.text} (${threshold})`;
  const named = right.text === threshold ? threshold : computed;
  return `${left.text} was ${termText(left, time)}, ${not}${cmp} ${named}${from}`;
}

function termText({ value, type }: Term, time: TimeText): string {
  if (value === null) return "NULL";
  if (typeof value === "number") {
    if (type === "TIME") return time(value);
    if (type === "DURATION") return toText(new Duration(value), sixDigits);
    return toText(value, sixDigits);
  }
  return typeof value === "string" ? JSON.stringify(value) : toText(value, allDigits);
}

function endText({ end }: RunTrace, time: TimeText): string {
  switch (end.kind) {
    case "live":
      return end.until === null ? "it still waits" : `it still waits, until ${time(end.until)}`;
    case "matched":
      return `it matched at ${time(end.at)}`;
    case "over":
      return `its WITHIN ran out at ${time(end.at)}`;
    case "forbidden":
      return `at ${time(end.at)} an event of NOT \`${end.step}\` ended it: ${JSON.stringify(end.event)}`;
    case "interrupted":
      return `at ${time(end.at)} another event came between: ${JSON.stringify(end.event)}`;
    case "not-true":
      return `it was complete at ${time(end.at)}, and ${end.condition === null ? "WHEN was not TRUE" : conditionText(end.condition, { time })}`;
    case "dropped":
      return `another match took its events at ${time(end.at)}`;
    case "expired":
      return `EXPIRE AFTER forgot the key at ${time(end.at)}`;
  }
}

function refusedText(refusedBy: readonly RefusedBy[]): string {
  return refusedBy.length === 0
    ? "it was NULL"
    : refusedBy.map(({ text, events: count }) => `\`${text}\` failed ${count}`).join(", ");
}

function events(count: number, what = "event"): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
