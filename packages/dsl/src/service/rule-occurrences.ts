import type { Emit, KeyExpr, RuleDecl } from "../ast.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import { addExpression } from "./expression-occurrences.ts";
import type { OccurrenceCollector } from "./occurrence.ts";

/** Adds the names of a rule. */
export function addRule(decl: RuleDecl, collector: OccurrenceCollector): void {
  const facts = collector.facts.get(decl);
  const rule = facts?.rule.name ?? decl.name?.text ?? `@${decl.span.start}`;
  const { window, cooldown } = decl;
  if (decl.name !== undefined) collector.add("rule", decl.name, [`rule:${rule}`], true);
  for (const stream of decl.from ?? []) collector.addStream(stream);
  addExpression(decl.where, facts, collector);
  for (const key of decl.by ?? []) addKey(key, rule, facts, collector);
  if (window?.kind === "within") collector.addDurations(window.length, window.precision, window.every, window.offset);
  if (window?.kind === "every") collector.addDurations(window.every, window.offset);
  if (window?.kind === "session") collector.addDurations(window.gap, window.max);
  addSteps(decl, rule, facts, collector);
  for (const { when, for: wait, emit } of decl.branches) {
    addExpression(when, facts, collector);
    collector.addDurations(wait);
    addEmit(emit, rule, facts, collector);
  }
  collector.addDurations(cooldown?.duration, decl.expire);
  addExpression(cooldown?.per, facts, collector);
}

/** A key is also a field of the streams that the rule writes. */
function addKey(
  { expr, as }: KeyExpr,
  rule: string,
  facts: RuleFacts | undefined,
  collector: OccurrenceCollector,
): void {
  const { found } = collector;
  const before = found.length;
  addExpression(expr, facts, collector);
  if (as !== undefined) {
    collector.add("key", as, [`key:${rule}/${as.text}`, ...written(as.text, facts, collector)], true);
    return;
  }
  const last = expr.kind === "member" ? expr.name.span : expr.span;
  for (const [i, place] of found.entries()) {
    if (i < before || place.kind !== "field" || place.span.start !== last.start) continue;
    found[i] = { ...place, symbols: [...place.symbols, ...written(place.name, facts, collector)] };
  }
}

function written(name: string, facts: RuleFacts | undefined, { symbols }: OccurrenceCollector): readonly string[] {
  return facts === undefined ? [] : symbols.written(facts, name);
}

function addSteps(decl: RuleDecl, rule: string, facts: RuleFacts | undefined, collector: OccurrenceCollector): void {
  for (const step of decl.sequence?.steps ?? []) {
    for (const { alias, stream, where, by = [] } of step.kind === "group" ? step.members : [step]) {
      if (alias !== undefined) collector.add("alias", alias, [`alias:${rule}/${alias.text}`], true);
      collector.addStream(stream);
      addExpression(where, facts, collector);
      for (const expr of by) addExpression(expr, facts, collector);
    }
  }
}

function addEmit(emit: Emit, rule: string, facts: RuleFacts | undefined, collector: OccurrenceCollector): void {
  for (const part of emit.message?.parts ?? []) if (typeof part !== "string") addExpression(part, facts, collector);
  for (const { name, value, short } of emit.data ?? []) {
    if (short) collector.short.set(name.span.start, value.span.start);
    addExpression(value, facts, collector);
    collector.add("data", name, [`data:${rule}/${name.text}`, ...written(name.text, facts, collector)], true);
  }
  if (emit.into !== undefined) {
    const declared = collector.analysis.checked.names.streams.has(emit.into.text);
    collector.add("stream", emit.into, [`stream:${emit.into.text}`], !declared);
  }
  for (const sink of emit.to ?? []) collector.add("sink", sink, [`sink:${sink.text}`]);
}
