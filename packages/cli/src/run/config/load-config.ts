import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { CommandError, exitCode } from "../../exit-code.ts";
import { interpolate } from "./interpolate.ts";
import { type Mistake, type Path, pathText } from "./mistakes.ts";
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

/** What is wrong with settings that are right by themselves. */
function mistakesBetween(config: RunConfig): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (config.rules.length === 0) mistakes.push({ path: ["rules"], message: "there are none" });
  if (config.inputs.length === 0) mistakes.push({ path: ["inputs"], message: "there are none" });
  if (config.kafka.brokers.length === 0) mistakes.push({ path: ["kafka", "brokers"], message: "there are none" });
  const inputs = new Set<string>();
  for (const [i, { topic, format, readerSchema }] of config.inputs.entries()) {
    if (inputs.has(topic)) mistakes.push({ path: ["inputs", i, "topic"], message: "this topic is an input already" });
    inputs.add(topic);
    if (format === "avro" && config.registry === undefined) {
      mistakes.push({ path: ["registry"], message: `this is missing: the input \`${topic}\` is Avro` });
    }
    if (readerSchema !== undefined && format !== "avro") {
      mistakes.push({ path: ["inputs", i, "readerSchema"], message: "only Avro has one", hint: "set `format: avro`" });
    }
  }
  for (const [i, { from, to }] of (config.repartition ?? []).entries()) {
    if (from === to) mistakes.push({ path: ["repartition", i, "to"], message: "this is the topic it comes from" });
    const input = config.inputs.find(({ topic }) => topic === to);
    if (input?.format === "avro") {
      mistakes.push({
        path: ["repartition", i],
        message: "only JSON can be given another key",
        hint: "produce it with that key",
      });
    }
  }
  const outputs: readonly (readonly [Path, string | undefined])[] = [
    [["alerts", "topic"], config.alerts.topic],
    [["deadLetters"], config.deadLetters],
    [["late"], config.late],
  ];
  for (const [path, topic] of outputs) {
    if (topic !== undefined && inputs.has(topic)) {
      mistakes.push({ path, message: `\`${topic}\` is an input: its records would go round in circles` });
    }
  }
  if (config.alerts.registerSchema === true && config.registry === undefined) {
    mistakes.push({ path: ["registry"], message: "this is missing: `alerts.registerSchema` needs it" });
  }
  return mistakes;
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
