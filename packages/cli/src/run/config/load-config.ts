import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { CommandError, exitCode } from "../../exit-code.ts";
import { interpolate } from "./interpolate.ts";
import { type Mistake, type Path, pathText } from "./mistakes.ts";
import { mistakesBetween, missingSettings } from "./mistakes-between.ts";
import { type RunConfig, runConfig } from "./run-config.ts";

/** A configuration as it was written, before it is looked at. */
interface Written {
  readonly value: unknown;
  /** The place of a setting in the file, `12:3`; `null` where nothing is known of it. */
  readonly placeOf: (path: Path) => string | null;
}

/** Reads and checks a configuration: YAML, or a module that exports `config`. Throws `CommandError` with a line for each mistake. */
export async function loadConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RunConfig> {
  const { value, placeOf } = await readConfig(path);
  const filled = interpolate(value, environment);
  const mistakes: Mistake[] = [...filled.mistakes];
  const config = runConfig.read(filled.value, [], mistakes);
  mistakes.push(...missingSettings(filled.value));
  if (config !== undefined && mistakes.length === 0) mistakes.push(...mistakesBetween(config));
  if (config !== undefined && mistakes.length === 0) return config;
  const lines = mistakes.map(({ path: at, message, hint }) => {
    const place = placeOf(at);
    const where = place === null ? "" : `${place}: `;
    const what = at.length === 0 ? "" : `${pathText(at)}: `;
    return `  ${where}${what}${message}${hint === undefined ? "" : ` (${hint})`}`;
  });
  const count = lines.length === 1 ? "1 mistake" : `${lines.length} mistakes`;
  throw new CommandError(exitCode.usage, `\`${path}\` has ${count}\n${lines.join("\n")}`);
}

async function readConfig(path: string): Promise<Written> {
  return /^\.[cm]?[jt]s$/.test(extname(path)) ? readModule(path) : readYaml(path);
}

async function readModule(path: string): Promise<Written> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new CommandError(exitCode.usage, `cannot load \`${path}\`: ${messageOf(error)}`);
  }
  const exported = typeof module === "object" && module !== null ? { ...module } : {};
  const value: unknown = "config" in exported ? exported.config : "default" in exported ? exported.default : undefined;
  if (value === undefined) throw new CommandError(exitCode.usage, `\`${path}\` exports no \`config\``);
  return { value, placeOf: () => null };
}

async function readYaml(path: string): Promise<Written> {
  let written: string;
  try {
    written = await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(exitCode.usage, `cannot read \`${path}\`: ${messageOf(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(written, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new CommandError(exitCode.usage, `${path}:${line}:${col}: this is no YAML: ${error.message}`);
  }
  // Few aliases: a file of a few lines could otherwise stand for millions of values.
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return { value, placeOf: (at) => placeIn(document, lines, at) };
}

/** The place of a setting, or of the nearest one around it that is there. */
function placeIn(document: Document, lines: LineCounter, path: Path): string | null {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || node.range === undefined || node.range === null) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return `${line}:${col}`;
  }
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
