import type { Expr, MemberExpr, NameExpr, StringLit } from "../ast.ts";
import { resolveName } from "../check/resolve-name.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Scope } from "../check/scope.ts";
import { expressionChildren } from "../expression-children.ts";
import type { OccurrenceCollector } from "./occurrence.ts";

/** Adds the names of an expression; `rule`: that it belongs to. */
export function addExpression(
  expr: Expr | undefined,
  rule: RuleFacts | undefined,
  collector: OccurrenceCollector,
): void {
  const rest: [Expr, Scope | null][] = expr === undefined ? [] : [[expr, null]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [node, around] = next;
    // What the checker did not look at means what it would in the expression around.
    const scope = collector.analysis.findings.get(node)?.scope ?? around;
    if (node.kind === "aggregate") collector.addDurations(node.over);
    for (const { value, span } of streamNamesIn(node)) {
      collector.add("stream", { text: value, span }, [`stream:${value}`], false, "string");
    }
    if (node.kind === "name") addName(node, scope, false, rule, collector);
    else if (node.kind === "member") {
      addMember(node, scope, collector);
      if (node.object.kind === "name") addName(node.object, scope, true, rule, collector);
      else rest.push([node.object, scope]);
    } else rest.push(...expressionChildren(node).map((child): [Expr, Scope | null] => [child, scope]));
  }
}

function addName(
  expr: NameExpr,
  scope: Scope | null,
  dotted: boolean,
  rule: RuleFacts | undefined,
  collector: OccurrenceCollector,
): void {
  if (scope === null) return;
  const name = { text: expr.name, span: expr.span };
  const found = resolveName(scope, expr.name, dotted);
  switch (found.kind) {
    case "alias":
      if (found.alias.explicit) collector.add("alias", name, [`alias:${rule?.rule.name ?? ""}/${expr.name}`]);
      else collector.addStream(name);
      break;
    case "param":
    case "let":
    case "table":
      collector.add(found.kind, name, [`${found.kind}:${expr.name}`]);
      break;
    case "key": {
      const symbols = rule === undefined ? [`?${expr.name}`] : collector.symbols.ofKey(rule, expr.name);
      collector.add("field", name, symbols);
      break;
    }
    case "field":
      collector.add("field", name, collector.symbols.ofField(scope.streams, expr.name));
  }
}

function addMember(expr: MemberExpr, scope: Scope | null, collector: OccurrenceCollector): void {
  if (scope === null) return;
  const symbols = collector.symbols.ofPath(expr, scope);
  if (symbols !== null) collector.add("field", expr.name, symbols);
}

/** The texts that a condition compares the name of the stream with: `STREAM_NAME() = "payments"`. */
function streamNamesIn(expr: Expr): readonly StringLit[] {
  const isName = (side: Expr): boolean => side.kind === "call" && side.name === "STREAM_NAME";
  const texts = (parts: readonly Expr[]): readonly StringLit[] => parts.filter((part) => part.kind === "string");
  if (expr.kind === "binary" && (expr.op === "=" || expr.op === "!=")) {
    return isName(expr.left) || isName(expr.right) ? texts([expr.left, expr.right]) : [];
  }
  return expr.kind === "in" && isName(expr.operand) ? texts(expr.items ?? []) : [];
}
