import type { Analysis } from "./analysis.ts";
import { nameSpan } from "./document-symbols.ts";
import { readingOf } from "./lookup.ts";
import type { RuleEntry } from "./service-types.ts";

/** The rules of a file in its order, with their places: for lenses, gutters and lists. */
export function ruleList(analysis: Analysis): readonly RuleEntry[] {
  const { file, source, checked } = analysis;
  const facts = new Map(checked.rules.map((one) => [one.decl, one]));
  const rules = file.declarations.filter((declaration) => declaration.kind === "rule");
  return rules.map((decl, i): RuleEntry => {
    const own = facts.get(decl);
    const reading = own === undefined ? undefined : readingOf(analysis, own);
    return {
      name: decl.name?.text ?? `rule_${i + 1}`,
      named: decl.name !== undefined,
      ...(decl.title === undefined ? {} : { title: decl.title.value }),
      severities: [...new Set(decl.branches.map(({ emit }) => emit.severity))],
      range: source.range(decl.span),
      nameRange: source.range(nameSpan(decl, source)),
      ...(reading === undefined ? {} : { reading }),
    };
  });
}
