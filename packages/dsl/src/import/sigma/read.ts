import { ImportError } from "../imported.ts";
import type { SourceNode } from "../source-node.ts";

export type SourceMap = SourceNode & { kind: "map" };
export type SourceScalar = SourceNode & { kind: "scalar" };

export function asMap(node: SourceNode, what: string): SourceMap {
  if (node.kind !== "map") throw new ImportError(node.line, `${what} is not a map`);
  return node;
}

/** The value of a key; undefined where the map has none, or says null. */
export function get(map: SourceMap, key: string): SourceNode | undefined {
  const value = map.entries.find((entry) => entry.key === key)?.value;
  return value?.kind === "scalar" && value.value === null ? undefined : value;
}

/** The value of a key as text; numbers count as such. */
export function getText(map: SourceMap, key: string): string | undefined {
  const value = get(map, key);
  if (value === undefined) return undefined;
  if (value.kind !== "scalar") throw new ImportError(value.line, `\`${key}\` is not a text`);
  return String(value.value);
}

/** The texts of a list, or of one text. */
export function getTexts(map: SourceMap, key: string): readonly string[] {
  const value = get(map, key);
  if (value === undefined) return [];
  return scalars(value, `\`${key}\``).map(({ value: text }) => String(text));
}

/** The scalars of a list, or the one scalar. */
export function scalars(node: SourceNode, what: string): readonly SourceScalar[] {
  const items = node.kind === "list" ? node.items : [node];
  return items.map((item) => {
    if (item.kind !== "scalar") throw new ImportError(item.line, `${what} holds what is no single value`);
    return item;
  });
}
