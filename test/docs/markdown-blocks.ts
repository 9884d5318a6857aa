import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root: string = resolve(import.meta.dirname, "../..");

/** A fenced block of a page. */
export interface Block {
  /** The page, from the root of the repository. */
  readonly file: string;
  readonly language: string;
  readonly text: string;
  /** Where its first line stands in the page, counted from 1. */
  readonly line: number;
}

/** The pages that users read. */
export function pages(): readonly string[] {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`);
  const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" }).map(
    (name) => `examples/${name}`,
  );
  return ["README.md", ...inDocs, ...examples].filter((name) => name.endsWith(".md")).toSorted();
}

/** The fenced blocks of a page, in order. */
export function blocksOf(file: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; lines: string[] } | null = null;
  for (const [i, line] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
    if (open === null) {
      const language = /^```(\w*)\s*$/.exec(line)?.[1];
      if (language !== undefined) open = { language, line: i + 2, lines: [] };
    } else if (/^```\s*$/.test(line)) {
      blocks.push({ file, language: open.language, line: open.line, text: `${open.lines.join("\n")}\n` });
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) throw new Error(`${file}:${open.line}: the block has no end`);
  return blocks;
}
