import type { Declaration, FieldDecl, StreamDecl, TableDecl } from "../ast.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Analysis } from "./analysis.ts";
import { addExpression } from "./expression-occurrences.ts";
import { type Occurrence, OccurrenceCollector } from "./occurrence.ts";
import { addRule } from "./rule-occurrences.ts";
import { addTest } from "./test-occurrences.ts";

/** All places of a file where a name stands for something, in no order. */
export function occurrencesOf(analysis: Analysis): readonly Occurrence[] {
  const collector = new OccurrenceCollector(analysis);
  const rules = new Map([...collector.facts.values()].map((facts) => [facts.rule.name, facts]));
  for (const declaration of analysis.file.declarations) addDeclaration(declaration, rules, collector);
  return collector.found;
}

function addDeclaration(
  declaration: Declaration,
  rules: ReadonlyMap<string, RuleFacts>,
  collector: OccurrenceCollector,
): void {
  switch (declaration.kind) {
    case "stream":
      addStreamDecl(declaration, collector);
      break;
    case "table":
      addTableDecl(declaration, collector);
      break;
    case "param":
    case "let":
      collector.add(declaration.kind, declaration.name, [`${declaration.kind}:${declaration.name.text}`], true);
      addExpression(declaration.value, undefined, collector);
      break;
    case "rule":
      addRule(declaration, collector);
      break;
    case "test":
      addTest(declaration, rules, collector);
      break;
  }
}

function addStreamDecl(decl: StreamDecl, collector: OccurrenceCollector): void {
  const stream = decl.name.text;
  collector.add("stream", decl.name, [`stream:${stream}`], true);
  addFields(decl.fields ?? [], `field:${stream}`, collector);
  if (decl.time?.kind === "field") {
    const { field } = decl.time;
    const listed = decl.fields?.some(({ name }) => name.text === field.text) === true;
    collector.add("field", field, [`field:${stream}/${field.text}`], !listed);
  }
  collector.addDurations(decl.lateness, decl.ahead);
}

function addTableDecl(decl: TableDecl, collector: OccurrenceCollector): void {
  const table = decl.name.text;
  collector.add("table", decl.name, [`table:${table}`], true);
  const listed = decl.fields?.some(({ name }) => name.text === decl.key.text) === true;
  collector.add("field", decl.key, [`row:${table}/${decl.key.text}`], !listed);
  addFields(decl.fields ?? [], `row:${table}`, collector);
}

function addFields(fields: readonly FieldDecl[], owner: string, collector: OccurrenceCollector): void {
  for (const { name, fields: inner } of fields) {
    collector.add("field", name, [`${owner}/${name.text}`], true);
    if (inner !== undefined) addFields(inner, `${owner}/${name.text}`, collector);
  }
}
