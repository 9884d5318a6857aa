import { glob, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, exitCode } from "../exit-code.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import { markdownRules } from "./markdown-rules.ts";

/** Rules that are tested as a file of their own: a rule file, or a block of a Markdown file. */
export interface TestSource {
  /** The file as it was named or found. */
  readonly file: string;
  /** Of a block of a Markdown file the lines before it are blank, so that lines and columns are those of the file. */
  readonly text: string;
}

const rulePattern = /\.weir$/i;
const markdownPattern = /\.(?:md|markdown)$/i;

/**
 * The rules that paths, patterns and folders name, each file once. Files of other kinds are passed over.
 * Throws `CommandError` where a path names nothing.
 */
export async function findSources(paths: readonly string[]): Promise<readonly TestSource[]> {
  const files = new Set<string>();
  for (const path of paths) for (const file of await filesOf(path)) files.add(file);
  const sources: TestSource[] = [];
  for (const file of await readRuleFiles([...files])) {
    if (markdownPattern.test(file.name)) {
      for (const text of markdownRules(file.text)) sources.push({ file: file.name, text });
    } else sources.push({ file: file.name, text: file.text });
  }
  return sources;
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (path === "-") return [path];
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return [path].filter(holdsRules);
  const pattern = found === null ? path : join(path, "**");
  const files: string[] = [];
  for await (const match of glob(pattern, { exclude: isHidden })) files.push(match);
  if (found === null && files.length === 0) {
    throw new CommandError(exitCode.usage, `\`${path}\` names no file`);
  }
  return files.filter(holdsRules).sort();
}

function holdsRules(file: string): boolean {
  return rulePattern.test(file) || markdownPattern.test(file);
}

/** What a pattern does not look into. */
function isHidden(name: string): boolean {
  return name === "node_modules" || (name.startsWith(".") && name !== "." && name !== "..");
}
