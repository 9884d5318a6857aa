import { basename } from "node:path";
import { type EqlOptions, type Imported, importEql, importSigma, type SigmaOptions } from "@weir/dsl";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { readDetectionRule } from "../import/read-detection-rule.ts";
import { readYaml, YamlError } from "../import/read-yaml.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";

/** Writes Sigma rules as rules of the language on standard output, and what has no equivalent on standard error. */
export async function importSigmaFile(path: string, options: SigmaOptions, console: Console): Promise<ExitCode> {
  const [file] = await readRuleFiles([path]);
  const { name, text } = file ?? { name: path, text: "" };
  try {
    return report(name, importSigma(readYaml(text), options), console);
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

function report(file: string, { text, findings, rules }: Imported, console: Console): ExitCode {
  console.out.write(text);
  for (const { level, line, message } of findings) {
    const said = level === "error" ? console.paintErr("red", "not imported") : console.paintErr("yellow", "note");
    console.err.write(`${file}:${line}: ${said}: ${printable(message)}\n`);
  }
  if (rules.length === 0 && findings.length === 0) {
    throw new CommandError(exitCode.usage, `${file} holds no rules`);
  }
  return findings.some(({ level }) => level === "error") ? exitCode.usage : exitCode.ok;
}
