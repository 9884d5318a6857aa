import type { ExplainOptions, Plan, RulePlan } from "@weir/core";
import { suggest } from "@weir/dsl";
import { CommandError, exitCode } from "../exit-code.ts";
import { timeMs } from "../option-values.ts";

/** What `--why RULE[:KEY][@TIME]` asks. */
export interface WhyQuestion {
  readonly rule: string;
  /** The key's values as texts by their names; `null`: any key. */
  readonly key: Readonly<Record<string, string>> | null;
  /** Epoch milliseconds; `null`: the end. */
  readonly time: number | null;
}

/** Reads the values of `--why`. Throws `CommandError` for a rule or a key that the plan does not have. */
export function whyQuestions(texts: readonly string[], plan: Plan): readonly WhyQuestion[] {
  return texts.map((text) => readQuestion(text, plan));
}

/** What the engine has to record for the answers; where alerts are explained too, of every rule what it fired with. */
export function recordedFor(questions: readonly WhyQuestion[], explainsAlerts: boolean): ExplainOptions {
  return {
    events: explainsAlerts,
    ...(explainsAlerts ? {} : { rules: [...new Set(questions.map(({ rule }) => rule))] }),
    keeps: (rule, key) =>
      questions.some((question) => question.rule === rule && (question.key === null || hasTexts(key, question.key))),
  };
}

/** The values that a text on the command line may stand for: itself, and the number or BOOLEAN that it spells. */
export function keysMeant(key: Readonly<Record<string, string>>): readonly Readonly<Record<string, unknown>>[] {
  let meant: Readonly<Record<string, unknown>>[] = [{}];
  for (const [name, text] of Object.entries(key)) {
    const values = [text, ...spelt(text)];
    meant = meant.flatMap((known) => values.map((value) => ({ ...known, [name]: value })));
  }
  return meant;
}

function spelt(text: string): readonly unknown[] {
  if (text === "true" || text === "false") return [text === "true"];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return String(value) === text ? [value] : [];
}

function hasTexts(key: Readonly<Record<string, unknown>>, texts: Readonly<Record<string, string>>): boolean {
  return Object.entries(texts).every(([name, text]) => String(key[name]) === text);
}

function readQuestion(text: string, plan: Plan): WhyQuestion {
  const rule = plan.rules
    .filter(({ name }) => text === name || text.startsWith(`${name}:`) || text.startsWith(`${name}@`))
    .reduce<RulePlan | null>((long, one) => (long === null || one.name.length > long.name.length ? one : long), null);
  if (rule === null) throw unknownRule(text, plan);
  const rest = text.slice(rule.name.length);
  const { before, time } = splitTime(rest);
  return { rule: rule.name, key: before === "" ? null : readKey(before.slice(1), rule), time };
}

/** The `@TIME` at the end; a key may hold an `@` too. */
function splitTime(rest: string): { readonly before: string; readonly time: number | null } {
  const at = rest.lastIndexOf("@");
  if (at === -1) return { before: rest, time: null };
  const time = timeOf(rest.slice(at + 1));
  if (time !== null) return { before: rest.slice(0, at), time };
  if (at > 0) return { before: rest, time: null };
  const hint = "a time is such as 2026-01-31T12:00:00Z, or epoch milliseconds";
  throw new CommandError(exitCode.usage, `--why: \`${rest.slice(1)}\` is no time`, hint);
}

function timeOf(text: string): number | null {
  try {
    return timeMs(text);
  } catch {
    return null;
  }
}

function readKey(text: string, rule: RulePlan): Readonly<Record<string, string>> {
  const names = rule.key.map(({ name }) => name);
  const [first, second] = names;
  if (first === undefined) throw new CommandError(exitCode.usage, `--why: rule \`${rule.name}\` has no key`);
  // Split only where a name of the key follows: values may hold commas.
  const pairs = text.split(new RegExp(`,(?=(?:${names.map(escaped).join("|")})=)`));
  const key: Record<string, string> = {};
  for (const pair of pairs) {
    const name = names.find((known) => pair.startsWith(`${known}=`));
    if (name !== undefined) key[name] = pair.slice(name.length + 1);
    else if (second === undefined && pairs.length === 1) key[first] = pair;
    else {
      const hint = `write it as ${names.map((known) => `${known}=VALUE`).join(",")}`;
      throw new CommandError(exitCode.usage, `--why: \`${pair}\` is no part of the key of rule \`${rule.name}\``, hint);
    }
  }
  return key;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function unknownRule(text: string, plan: Plan): CommandError {
  const [asked = ""] = text.split(/[:@]/);
  const names = plan.rules.map(({ name }) => name);
  const near = suggest(asked, names);
  const hint = near === undefined ? `the rules are ${names.join(", ")}` : `did you mean \`${near}\`?`;
  return new CommandError(exitCode.usage, `--why: there is no rule \`${asked}\``, hint);
}
