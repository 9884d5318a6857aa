import { basename } from "node:path";
import {
  type EqlOptions,
  type Imported,
  importEql,
  importSigma,
  type SigmaOptions,
  type SourceDocument,
} from "@weir/dsl";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { readDetectionRule } from "../import/read-detection-rule.ts";
import { readYaml, YamlError } from "../import/read-yaml.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";

/** Writes Sigma rules as rules of the language on standard output, and what has no equivalent on standard error. */
export async function importSigmaFiles(
  paths: readonly string[],
  options: SigmaOptions,
  console: Console,
): Promise<ExitCode> {
  const files = await readRuleFiles(paths);
  const documents = files.flatMap(({ name, text }) => {
    // Of one file alone the lines tell enough.
    const place = files.length > 1 ? { file: name } : {};
    return readDocuments(name, text).map((document): SourceDocument => ({ ...document, ...place }));
  });
  return report(files[0]?.name ?? "", importSigma(documents, options), console);
}

function readDocuments(name: string, text: string): readonly SourceDocument[] {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new CommandError(exitCode.usage, `${name}:${error.line}: this is no YAML: ${printable(error.message)}`);
  }
}

export interface ImportEqlOptions extends Omit<EqlOptions, "listFields"> {
  readonly listField?: readonly string[];
}

/** The same for one EQL query, or the detection rule in TOML that holds one. */
export async function importEqlFile(path: string, options: ImportEqlOptions, console: Console): Promise<ExitCode> {
  const [file] = await readRuleFiles([path]);
  const { name, text } = file ?? { name: path, text: "" };
  const title = path === "-" ? "eql" : basename(path).replace(/\.[^.]*$/, "");
  const { query, ...said } = readDetectionRule(text);
  const { listField = [], ...asked } = options;
  return report(name, importEql(query, { name: title, ...said, ...asked, listFields: listField }), console);
}

function report(name: string, { text, findings, rules }: Imported, console: Console): ExitCode {
  console.out.write(text);
  for (const { level, file = name, line, message } of findings) {
    const said = level === "error" ? console.paintErr("red", "not imported") : console.paintErr("yellow", "note");
    console.err.write(`${file}:${line}: ${said}: ${printable(message)}\n`);
  }
  if (rules.length === 0 && findings.length === 0) {
    throw new CommandError(exitCode.usage, `${name} holds no rules`);
  }
  return findings.some(({ level }) => level === "error") ? exitCode.usage : exitCode.ok;
}
