import { guardIn, timeFieldsOf } from "../engine/base-scope.ts";
import { bindParams } from "../engine/binding.ts";
import { type CellPlan, findTemplates, type TemplateCell } from "../engine/rule-templates.ts";
import type { Plan, PlanExpr, RulePlan } from "../plan.ts";
import { expressionText, millisText } from "./expression-text.ts";
import { windowNodes } from "./explain-windows.ts";
import { counted } from "./counted.ts";
import { stepText } from "./step-text.ts";

/** A node of what `weir explain` prints. */
export interface ExplainNode {
  readonly title: string;
  readonly details: readonly string[];
  readonly children: readonly ExplainNode[];
}

/**
 * What a plan does and keeps, as a tree: streams and tables, then the groups of rules that share source, filter, key and expiry, or
 * are a template and differ in what one field has to equal, each with its windows, what they keep per key and what bounds it, and its rules.
 */
export function explainPlan(plan: Plan): ExplainNode {
  const cells = cellsOf(plan);
  const templates = templatesOf(plan, cells);
  const groups = new Map<CellPlan | string, CellPlan[]>();
  for (const cell of cells) {
    const id = templates.get(cell)?.template ?? cell;
    const known = groups.get(id);
    if (known === undefined) groups.set(id, [cell]);
    else known.push(cell);
  }
  const nodes = [...groups.values()].map((all) => groupNode(all, templates, plan));
  return {
    title: `plan: ${counted(plan.rules.length, "rule")} in ${counted(groups.size, "group")}`,
    details: [],
    children: [...declarations(plan), ...nodes],
  };
}

/** Rules that share source, filter, key and expiry. */
function cellsOf({ rules }: Plan): readonly CellPlan[] {
  const cells = new Map<string, CellPlan & { readonly rules: RulePlan[] }>();
  for (const rule of rules) {
    const keys = rule.sequence?.keys ?? rule.key.map((key) => key.expr);
    const source = JSON.stringify([rule.from, keys, rule.expireAfter]);
    const id = JSON.stringify([source, rule.where]);
    const known = cells.get(id);
    if (known === undefined) cells.set(id, { id, source, where: rule.where, rules: [rule] });
    else known.rules.push(rule);
  }
  return [...cells.values()];
}

function templatesOf(plan: Plan, cells: readonly CellPlan[]): ReadonlyMap<CellPlan, TemplateCell> {
  const base = { params: bindParams(plan, {}).params, timeFields: timeFieldsOf(plan.streams) };
  return findTemplates(cells, {
    params: base.params,
    textOf: JSON.stringify,
    guardOf: (condition) => guardIn(condition, base),
    staysAlone: () => false,
    known: () => null,
  });
}

function declarations(plan: Plan): ExplainNode[] {
  const nodes: ExplainNode[] = [];
  for (const stream of plan.streams) {
    const time =
      stream.time === null
        ? "time: the first of `ts`, `timestamp`, `@timestamp`, `time`"
        : stream.time.kind === "arrival"
          ? "time: arrival"
          : `time: \`${stream.time.field}\` in ${stream.time.unit.toLowerCase()}`;
    const details = [time];
    if (stream.lateness !== null) details.push(`lateness: ${millisText(stream.lateness)}`);
    if (stream.ahead !== null) details.push(`ahead: ${millisText(stream.ahead)}`);
    if (stream.fields !== null) {
      details.push(`fields: ${stream.fields.map((field) => `${field.name} ${field.type}`).join(", ")}`);
    }
    nodes.push({ title: `stream ${stream.name}`, details, children: [] });
  }
  for (const table of plan.tables) {
    nodes.push({ title: `table ${table.name}`, details: [`key: ${table.key}`], children: [] });
  }
  for (const param of plan.params) {
    const value =
      typeof param.value === "object" && param.value !== null && "duration" in param.value
        ? millisText(param.value.duration)
        : JSON.stringify(param.value);
    nodes.push({ title: `param ${param.name} = ${value}`, details: [], children: [] });
  }
  return nodes;
}

function groupNode(
  cells: readonly CellPlan[],
  templates: ReadonlyMap<CellPlan, TemplateCell>,
  plan: Plan,
): ExplainNode {
  const as = templates.get(cells[0]!) ?? null;
  const rules = cells.flatMap((cell) => cell.rules);
  const first = rules[0]!;
  const details: string[] = [];
  details.push(
    `source: ${first.from === null && first.sequence === null ? "every stream but derived ones" : sources(first).join(", ")}`,
  );
  const where = as === null ? first.where : as.rest;
  if (as !== null) details.push(`filter: \`${as.field}\` equals a constant of a rule, found by a map`);
  if (where !== null) details.push(`${as === null ? "filter" : "and"}: ${expressionText(where, first)}`);
  details.push(first.key.length === 0 ? "key: none, one state for all" : `key: ${keyText(first)}`);
  details.push(
    first.expireAfter === null
      ? "expiry: a key is freed when nothing of it is live"
      : `expiry: ${millisText(first.expireAfter)} after the last event of a key`,
  );
  if (as !== null) {
    const values = cells.reduce((sum, cell) => sum + (templates.get(cell)?.constants.length ?? 0), 0);
    details.push(`template: ${counted(rules.length, "rule")} for ${counted(values, "value")} of \`${as.field}\``);
  } else if (rules.length > 1) details.push(`shared: ${rules.length} rules use one look-up of the key`);
  return {
    title: `group: ${rules.map((rule) => rule.name).join(", ")}`,
    details,
    children: [...windowNodes(rules, plan), ...rules.map((rule) => ruleNode(rule, as !== null))],
  };
}

function sources(rule: RulePlan): readonly string[] {
  if (rule.from !== null) return rule.from;
  return [
    ...new Set(
      (rule.sequence?.steps ?? [])
        .flatMap((step) => (step.kind === "group" ? step.members : [step]))
        .flatMap((step) => step.streams),
    ),
  ];
}

function keyText(rule: RulePlan): string {
  if (rule.sequence === null) return rule.key.map((key) => expressionText(key.expr, rule)).join(", ");
  return rule.sequence.keys
    .map(({ stream, exprs }) => `${stream} by ${exprs.map((expr) => expressionText(expr, rule)).join(", ")}`)
    .join("; ");
}

function ruleNode(rule: RulePlan, ofTemplate: boolean): ExplainNode {
  const details: string[] = [];
  if (rule.title !== null) details.push(rule.title);
  if (ofTemplate && rule.where !== null) details.push(`where: ${expressionText(rule.where, rule)}`);
  if (rule.sequence !== null) {
    const within = rule.sequence.within;
    details.push(
      `sequence: ${rule.sequence.steps.map((step, i) => `${i === 0 ? "" : step.next ? "then next " : "then "}${stepText(step, rule)}`).join(" ")}`,
    );
    details.push(
      `state per key: at most ${rule.sequence.match.limit ?? 1000} partial matches${within === null ? "" : `, none older than ${millisText(within)}`}`,
    );
  }
  for (const branch of rule.branches) {
    const when = branch.when === null ? "always" : `when ${expressionText(branch.when, rule)}`;
    const how =
      branch.when === null || rule.sequence !== null
        ? ""
        : branch.each
          ? ", at every evaluation"
          : branch.about === "event"
            ? ", for every such event"
            : rule.window?.kind === "session"
              ? ", once per session"
              : ", once per episode";
    const wait = branch.for === null ? "" : ` for ${millisText(branch.for)}`;
    details.push(
      `${branch.severity}: ${when}${wait}${how}${branch.resolve ? ", with a resolved alert" : ""}${branch.into === null ? "" : `, into ${branch.into}`}`,
    );
  }
  if (rule.cooldown !== null) {
    const per: PlanExpr | null = rule.cooldown.per;
    details.push(
      `cooldown: ${millisText(rule.cooldown.duration)} per ${per === null ? (rule.key.length === 0 ? "rule" : "key") : expressionText(per, rule)}`,
    );
  }
  return { title: `rule ${rule.name}`, details, children: [] };
}
