import type { SourceEntry, SourceNode } from "@weir/dsl";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";

/** What is wrong with a YAML text. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const maxNodes = 200_000;
const maxDepth = 100;

/**
 * Reads the documents of a YAML text as plain data with lines.
 *
 * Errors  `YamlError` for what is no YAML, and where aliases make it grow beyond 200,000 nodes.
 */
export function readYaml(text: string): readonly SourceNode[] {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: counter, merge: false, schema: "core", uniqueKeys: true });
  if (!Array.isArray(parsed)) return [];
  let nodes = 0;

  const lineOf = (node: unknown, otherwise: number): number => {
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
    return Array.isArray(range) && typeof range[0] === "number" ? counter.linePos(range[0]).line : otherwise;
  };

  return parsed.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      throw new YamlError(problem.linePos?.[0].line ?? 1, problem.message.split("\n", 1)[0] ?? "");
    }
    const { contents } = document;
    if (contents === null) return [];

    function convert(node: unknown, parentLine: number, depth: number): SourceNode {
      const line = lineOf(node, parentLine);
      if (++nodes > maxNodes) throw new YamlError(line, `the text has more than ${maxNodes} nodes`);
      if (depth > maxDepth) throw new YamlError(line, `more than ${maxDepth} levels of nesting`);
      if (isAlias(node)) {
        const target: Node | undefined = node.resolve(document);
        if (target === undefined) throw new YamlError(line, `there is no anchor \`${node.source}\``);
        return convert(target, line, depth + 1);
      }
      if (isMap(node)) {
        const entries = node.items.map(({ key, value }): SourceEntry => {
          const keyLine = lineOf(key, line);
          return { key: keyText(key, keyLine), line: keyLine, value: convert(value, keyLine, depth + 1) };
        });
        return { kind: "map", line, entries };
      }
      if (isSeq(node)) return { kind: "list", line, items: node.items.map((item) => convert(item, line, depth + 1)) };
      return { kind: "scalar", line, value: isScalar(node) ? scalarValue(node.value) : null };
    }

    return [convert(contents, 1, 0)];
  });
}

function keyText(key: unknown, line: number): string {
  if (!isScalar(key)) throw new YamlError(line, "a key is no text");
  return String(key.value);
}

function scalarValue(value: unknown): string | number | boolean | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
