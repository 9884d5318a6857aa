import type { EventData } from "@weir/core";
import type { Skim, SkimType } from "../skim.ts";
import type { LineShape } from "./line-shape.ts";
import { notPlain, type ScalarScanner } from "./scalar-scanner.ts";

/**
 * Reads the line at `scanner.at` where it has the shape, and leaves `at` behind it; else gives `undefined`, and `at` is anywhere.
 *
 * Only the top-level fields that were asked for are in what it gives; where `scanner.isSkimmed`, only those that told that the line is
 * not wanted.
 */
export type ShapeReader = (scanner: ScalarScanner) => EventData | undefined;

/** The program that reads lines of a shape; `null` where this place lets no code be made. */
export function compileShape(
  shape: LineShape,
  isWanted: (field: string) => boolean,
  skim: Skim | null = null,
): ShapeReader | null {
  try {
    // The text holds numbers, names in JSON quotes and our own words, nothing else of the line.
    // oxlint-disable-next-line typescript/no-implied-eval -- a program per shape is twice as fast as a loop over it
    const make = new Function("notPlain", "isOwn", code(shape, isWanted, skim)) as (
      mark: typeof notPlain,
      isOwn: (event: EventData) => boolean,
    ) => ShapeReader;
    return make(notPlain, (event) => skim?.isOwn(event) ?? true);
  } catch {
    return null;
  }
}

function code(shape: LineShape, isWanted: (field: string) => boolean, skim: Skim | null): string {
  const { paths } = shape;
  const places = paths.map((_, i) => i);
  const tells = (field: string): boolean => skim?.fields.has(field) ?? false;
  const isRead = (i: number): boolean => isWanted(paths[i]?.[0] ?? "");
  // The place of the last value that tells whose the line is; −1 where it cannot be told.
  const last = skim === null || !canSkim(shape, skim) ? -1 : paths.findLastIndex(([field]) => tells(field ?? ""));
  const before = places.slice(0, last + 1);
  const behind = places.slice(last + 1);
  const lines = [
    "return function (scanner) {",
    "const bytes = scanner.bytes;",
    "const view = scanner.view;",
    "let at = scanner.at;",
    "scanner.isSkimmed = false;",
    ...before.flatMap((i) =>
      valueLines(shape, i, isRead(i) || tells(paths[i]?.[0] ?? ""), skim?.types.get(paths[i]?.[0] ?? "")),
    ),
  ];
  if (skim !== null && last !== -1) {
    lines.push(
      `const shown = ${literal(treeOf(paths, tells))};`,
      `if (${before
        .filter(isRead)
        .map((i) => typeTest(skim, paths[i] ?? [], i))
        .join("")}!isOwn(shown)) {`,
      ...behind.flatMap((i) => valueLines(shape, i, false, skim.types.get(paths[i]?.[0] ?? ""))),
      ...endLines(shape),
      "scanner.isSkimmed = true;",
      "return shown;",
      "}",
    );
  }
  lines.push(
    ...behind.flatMap((i) => valueLines(shape, i, isRead(i))),
    ...endLines(shape),
    `return ${literal(treeOf(paths, isWanted))};`,
    "};",
  );
  return lines.join("\n");
}

/** Whether what tells are plain values, and no other field is an object that has to be something else. */
function canSkim({ paths }: LineShape, { fields, types }: Skim): boolean {
  return paths
    .filter(({ length }) => length > 1)
    .every(([field]) => !fields.has(field ?? "") && (types.get(field ?? "") ?? "OBJECT") === "OBJECT");
}

/** What a value has to be for its line to be skimmed, of those that stand before the one that tells; followed by `&&`. */
function typeTest({ fields, types }: Skim, path: readonly string[], i: number): string {
  const type = types.get(path[0] ?? "");
  if (fields.has(path[0] ?? "") || path.length > 1 || type === undefined) return "";
  const isOfType = type === "OBJECT" || type === "LIST" ? "false" : `typeof v${i} === "${type.toLowerCase()}"`;
  return `(v${i} === null || ${isOfType}) && `;
}

/** Reads the text before a value, then the value, or passes over it, where it is of the type. */
function valueLines({ separators, paths }: LineShape, i: number, isRead: boolean, type?: SkimType): readonly string[] {
  return [
    ...expectText(separators[i] ?? ""),
    "scanner.at = at;",
    ...(isRead
      ? [`const v${i} = scanner.value();`, `if (v${i} === notPlain) return undefined;`]
      : [`if (!scanner.${skipping(paths[i]!.length > 1 ? undefined : type)}()) return undefined;`]),
    "at = scanner.at;",
  ];
}

function skipping(type: SkimType | undefined): keyof ScalarScanner {
  switch (type) {
    case undefined:
      return "skip";
    case "STRING":
      return "skipText";
    case "NUMBER":
      return "skipNumber";
    case "BOOLEAN":
      return "skipBoolean";
    case "OBJECT":
    case "LIST":
      return "skipNull";
  }
}

function endLines({ separators }: LineShape): readonly string[] {
  return [
    ...expectText(separators.at(-1) ?? ""),
    "if (bytes[at] === 13) at++;",
    "if (bytes[at] !== 10) return undefined;",
    "scanner.at = at + 1;",
  ];
}

/** Compares four bytes at a time; the last four may have been among those before. */
function expectText(text: string): readonly string[] {
  if (text === "") return [];
  const byte = (i: number): number => text.charCodeAt(i);
  const word = (i: number): number => byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24);
  const starts = Array.from({ length: Math.ceil(text.length / 4) }, (_, n) => Math.min(4 * n, text.length - 4));
  const tests =
    text.length < 4
      ? Array.from(text, (_, i) => `bytes[at + ${i}] !== ${byte(i)}`)
      : starts.map((start) => `view.getInt32(at + ${start}, true) !== ${word(start)}`);
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
