import type { EventData } from "@weir/core";
import type { LineShape } from "./line-shape.ts";
import { notPlain, type ScalarScanner } from "./scalar-scanner.ts";

/**
 * Reads the line at `scanner.at` where it has the shape, and leaves `at` behind it; else gives `undefined`, and `at` is anywhere.
 *
 * Only the top-level fields that were asked for are in what it gives.
 */
export type ShapeReader = (scanner: ScalarScanner) => EventData | undefined;

/** The program that reads lines of a shape; `null` where this place lets no code be made. */
export function compileShape(shape: LineShape, isWanted: (field: string) => boolean): ShapeReader | null {
  try {
    // The text holds numbers, names in JSON quotes and our own words, nothing else of the line.
    // oxlint-disable-next-line typescript/no-implied-eval -- a program per shape is twice as fast as a loop over it
    const make = new Function("notPlain", code(shape, isWanted)) as (mark: typeof notPlain) => ShapeReader;
    return make(notPlain);
  } catch {
    return null;
  }
}

function code({ separators, paths }: LineShape, isWanted: (field: string) => boolean): string {
  const lines = ["return function (scanner) {", "const bytes = scanner.bytes;", "let at = scanner.at;"];
  for (const [i, path] of paths.entries()) {
    lines.push(...expectText(separators[i] ?? ""), "scanner.at = at;");
    if (isWanted(path[0] ?? "")) {
      lines.push(`const v${i} = scanner.value();`, `if (v${i} === notPlain) return undefined;`);
    } else lines.push("if (!scanner.skip()) return undefined;");
    lines.push("at = scanner.at;");
  }
  lines.push(...expectText(separators.at(-1) ?? ""));
  lines.push("if (bytes[at] === 13) at++;", "if (bytes[at] !== 10) return undefined;", "scanner.at = at + 1;");
  lines.push(`return ${literal(treeOf(paths, isWanted))};`, "};");
  return lines.join("\n");
}

function expectText(text: string): readonly string[] {
  if (text === "") return [];
  const tests = Array.from(text, (_, i) => `bytes[at + ${i}] !== ${text.charCodeAt(i)}`);
  return [`if (${tests.join(" || ")}) return undefined;`, `at += ${text.length};`];
}

/** Names with the values below them: by the number of a value, or a tree of its own. */
type Tree = Map<string, number | Tree>;

function treeOf(paths: readonly (readonly string[])[], isWanted: (field: string) => boolean): Tree {
  const root: Tree = new Map();
  for (const [i, path] of paths.entries()) {
    if (!isWanted(path[0] ?? "")) continue;
    let tree = root;
    for (const name of path.slice(0, -1)) {
      const known = tree.get(name);
      const next: Tree = known === undefined || typeof known === "number" ? new Map() : known;
      tree.set(name, next);
      tree = next;
    }
    tree.set(path.at(-1) ?? "", i);
  }
  return root;
}

function literal(tree: Tree): string {
  const parts = Array.from(
    tree,
    ([name, below]) => `${JSON.stringify(name)}: ${typeof below === "number" ? `v${below}` : literal(below)}`,
  );
  return `{ ${parts.join(", ")} }`;
}
