import { graphlib, layout as dagreLayout } from "@dagrejs/dagre";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { GraphNode, RuleGraph } from "../engine/rule-graph.ts";
import { place } from "../state/transport.ts";
import { active, activeRun } from "../state/workbench.ts";
import { count } from "./format.ts";

const nodeWidth = 168;
const titleLength = 21;
/** Of a title beside which a count stands. */
const shortTitleLength = 16;
const lineLength = 27;
/** A graph that is wider than its pane is drawn smaller, as long as it can be read. */
const leastScale = 0.7;
const refreshMs = 250;

/** The operators that the rules become, with what went through them up to the playhead, or to the end. */
export function GraphPanel(): JSX.Element {
  const [graph, setGraph] = useState<RuleGraph | null>(null);
  const { client } = active.value;
  const { revision } = activeRun.value;
  const position = place.value?.position ?? null;
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call("graph", { position }).then(
        (found) => isCurrent && setGraph(found),
        () => {},
      );
    }, refreshMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, revision, position]);
  if (graph === null) return <p class="muted pad">There is no run.</p>;
  const drawing = layout(graph);
  return (
    <div class="graph" data-testid="graph" tabIndex={0} role="group" aria-label="Operator graph">
      <svg
        width={drawing.width}
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        style={{ minWidth: `${drawing.width * leastScale}px` }}
        role="img"
        aria-label={spoken(graph)}
      >
        {drawing.edges.map((points, i) => (
          <path key={i} class="edge" d={points} />
        ))}
        {drawing.nodes.map(({ node, x, y, height }) => (
          <g key={node.id} class={`node ${node.kind}`} transform={`translate(${x - nodeWidth / 2} ${y - height / 2})`}>
            <title>{[node.title, ...node.lines].join("\n")}</title>
            <rect width={nodeWidth} height={height} rx="5" />
            <text x="9" y="17" class="title">
              {cut(node.title, node.count === null ? titleLength : shortTitleLength)}
            </text>
            {node.count === null ? null : (
              <text x={nodeWidth - 9} y="17" text-anchor="end" class="count">
                {count(node.count)}
              </text>
            )}
            {/* Letters differ in width: what does not fit is cut off, not drawn beside the node. */}
            <svg width={nodeWidth - 8} height={height}>
              {node.lines.slice(0, 2).map((line, i) => (
                <text key={i} x="9" y={33 + i * 14} class="line">
                  {cut(line, lineLength)}
                </text>
              ))}
            </svg>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** What is used of the layout library, whose own types name a module that it does not have. */
interface LayoutGraph {
  setGraph(options: object): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(id: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string): void;
  node(id: string): { readonly x: number; readonly y: number; readonly height: number };
  edges(): readonly object[];
  edge(edge: object): { readonly points: readonly { readonly x: number; readonly y: number }[] };
  graph(): { readonly width?: number; readonly height?: number };
}

const { Graph } = graphlib as unknown as { readonly Graph: new () => LayoutGraph };
const placeNodes = dagreLayout as unknown as (graph: LayoutGraph) => void;

function layout(graph: RuleGraph): {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly {
    readonly node: GraphNode;
    readonly x: number;
    readonly y: number;
    readonly height: number;
  }[];
  readonly edges: readonly string[];
} {
  const drawn = new Graph();
  drawn.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 24, marginx: 12, marginy: 12 });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) {
    drawn.setNode(node.id, { width: nodeWidth, height: 26 + 14 * Math.min(2, node.lines.length) });
  }
  for (const { from, to } of graph.edges) drawn.setEdge(from, to);
  placeNodes(drawn);
  const nodes = graph.nodes.map((node) => {
    const { x, y, height } = drawn.node(node.id);
    return { node, x, y, height };
  });
  const edges = drawn.edges().map((edge) => {
    const { points } = drawn.edge(edge);
    return curve(points);
  });
  const { width = 0, height = 0 } = drawn.graph();
  return { width, height, nodes, edges };
}

/** From point to point, level at each: the graph runs from left to right. */
function curve(points: readonly { readonly x: number; readonly y: number }[]): string {
  const parts = points.map(({ x, y }, i) => {
    const before = points[i - 1];
    if (before === undefined) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
    const middle = ((before.x + x) / 2).toFixed(1);
    return `C${middle} ${before.y.toFixed(1)} ${middle} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return parts.join("");
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The graph in words, for who does not see it. */
function spoken({ nodes }: RuleGraph): string {
  const counted = nodes.flatMap(({ title, count: value, kind }) =>
    value === null ? [] : `${title}: ${count(value)} ${kind === "stream" ? "events" : "alerts"}`,
  );
  return `Operators of the rules. ${counted.join("; ")}`;
}
