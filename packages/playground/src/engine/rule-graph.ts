import { type ExplainNode, explainPlan, type Plan } from "@weir/core";

export interface GraphNode {
  readonly id: string;
  readonly kind: "stream" | "group" | "window" | "rule";
  readonly title: string;
  readonly lines: readonly string[];
  /** Events of a stream, alerts of a rule. */
  readonly count: number | null;
}

export interface RuleGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** How events go through the rules: streams, what rules share, their windows, and the streams that they feed. */
export function ruleGraph(
  plan: Plan,
  streams: ReadonlyMap<string, number>,
  alerts: ReadonlyMap<string, number>,
): RuleGraph {
  const nodes = new Map<string, GraphNode>();
  const edges: { from: string; to: string }[] = [];
  const addStream = (name: string): string => {
    const id = `stream ${name}`;
    nodes.set(id, { id, kind: "stream", title: name, lines: [], count: streams.get(name) ?? null });
    return id;
  };
  const derived = new Set(plan.rules.flatMap((rule) => rule.branches.flatMap(({ into }) => into ?? [])));
  for (const [i, group] of explainPlan(plan).children.filter(isGroup).entries()) {
    const id = `group ${i}`;
    const names = group.children.flatMap((child) => ruleName(child) ?? []);
    const rules = plan.rules.filter(({ name }) => names.includes(name));
    const lines = group.details.filter((detail) => /^(filter|and|key|shared|template):/.test(detail));
    nodes.set(id, {
      id,
      kind: "group",
      title: `BY ${keyOf(group)}`,
      lines: lines.filter((line) => !line.startsWith("key:")),
      count: null,
    });
    const read = rules[0]?.from ?? [...streams.keys()].filter((name) => !derived.has(name));
    for (const name of read) edges.push({ from: addStream(name), to: id });
    const windows = group.children.filter(({ title }) => title.startsWith("window "));
    for (const [w, window] of windows.entries()) {
      const windowId = `${id} window ${w}`;
      nodes.set(windowId, {
        id: windowId,
        kind: "window",
        title: window.title.slice("window ".length),
        lines: window.details,
        count: null,
      });
      edges.push({ from: id, to: windowId });
    }
    for (const rule of rules) {
      const ruleId = `rule ${rule.name}`;
      const details = group.children.find((child) => ruleName(child) === rule.name)?.details ?? [];
      nodes.set(ruleId, {
        id: ruleId,
        kind: "rule",
        title: rule.name,
        lines: details,
        count: alerts.get(rule.name) ?? 0,
      });
      if (windows.length === 0) edges.push({ from: id, to: ruleId });
      for (const w of windows.keys()) edges.push({ from: `${id} window ${w}`, to: ruleId });
      for (const { into } of rule.branches) if (into !== null) edges.push({ from: ruleId, to: addStream(into) });
    }
  }
  return { nodes: [...nodes.values()], edges };
}

function isGroup({ title }: ExplainNode): boolean {
  return title.startsWith("group: ");
}

function ruleName({ title }: ExplainNode): string | null {
  return title.startsWith("rule ") ? title.slice("rule ".length) : null;
}

function keyOf({ details }: ExplainNode): string {
  return details.find((detail) => detail.startsWith("key:"))?.slice("key: ".length) ?? "";
}
