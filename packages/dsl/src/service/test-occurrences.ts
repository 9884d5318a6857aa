import type { Name, TestDecl } from "../ast.ts";
import { shapeNamed } from "../check/names.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { OccurrenceCollector } from "./occurrence.ts";

/** Adds the names of a TEST. `rules`: those of its file, by name. */
export function addTest(test: TestDecl, rules: ReadonlyMap<string, RuleFacts>, collector: OccurrenceCollector): void {
  const { names } = collector.analysis.checked;
  for (const item of test.items) {
    switch (item.kind) {
      case "given": {
        collector.addStream(item.stream);
        const shape = shapeNamed(names, item.stream.text);
        for (const { name } of item.event.pairs) {
          collector.add("field", name, collector.symbols.ofField([shape], name.text));
        }
        collector.addDurations(...item.at);
        break;
      }
      case "expect":
        addExpected(item.rule, item.fields?.pairs ?? [], rules, collector);
        collector.addDurations(item.at);
        break;
      case "until":
        collector.addDurations(item.time);
        break;
      case "test-param":
        collector.add("param", item.name, [`param:${item.name.text}`]);
        break;
      case "test-table":
        collector.add("table", item.table, [`table:${item.table.text}`]);
        for (const { name } of item.row.pairs) collector.add("field", name, [`row:${item.table.text}/${name.text}`]);
    }
  }
}

/** The rule, and the keys and data of its alert. */
function addExpected(
  rule: Name | undefined,
  pairs: readonly { readonly name: Name }[],
  rules: ReadonlyMap<string, RuleFacts>,
  collector: OccurrenceCollector,
): void {
  if (rule === undefined) return;
  collector.add("rule", rule, [`rule:${rule.text}`]);
  const facts = rules.get(rule.text);
  for (const { name } of pairs) {
    const key = facts?.keys.find((candidate) => candidate.name === name.text);
    if (facts === undefined || key === undefined) collector.add("data", name, [`data:${rule.text}/${name.text}`]);
    else collector.add(key.as === undefined ? "field" : "key", name, collector.symbols.ofKey(facts, name.text));
  }
}
