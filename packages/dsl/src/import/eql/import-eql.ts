import type { SeverityName } from "../../ast.ts";
import { finish, type ImportedRule } from "../finish.ts";
import { type Finding, type Imported, ImportError } from "../imported.ts";
import { freshName, messageText } from "../rule-text.ts";
import { parseQuery } from "./parse-query.ts";
import { type EqlStreams, writeFilter } from "./sequence-part.ts";
import type { EqlWriter } from "./write-expression.ts";
import { writeSequence } from "./write-sequence.ts";

export interface EqlOptions extends EqlStreams {
  /** What the rule is called, and what its alerts say; the file's name, where there is one. */
  readonly name?: string;
  readonly severity?: SeverityName;
  /** Fields that may hold lists, besides those that do by the Elastic Common Schema. */
  readonly listFields?: readonly string[];
}

/** Fields that the Elastic Common Schema and its usual sources fill with lists. */
const listFieldsOfEcs = [
  "dns.resolved_ip",
  "event.category",
  "event.type",
  "file.attributes",
  "host.ip",
  "process.args",
  "process.parent.args",
  "registry.data.strings",
  "tags",
  "user.roles",
];

/**
 * A rule that means an EQL query.
 *
 * Errors  none is thrown: what cannot be read, or has no equivalent, is a finding, and no rule comes out.
 * Source  the syntax, functions and sequence matching of Elasticsearch's EQL; spans are inclusive there and half-open here, hence 1 ms more.
 */
export function importEql(query: string, options: EqlOptions = {}): Imported {
  const { name = "eql", severity = "MEDIUM" } = options;
  const listFields = new Set([...listFieldsOfEcs, ...(options.listFields ?? [])]);
  const notes: Finding[] = [];
  const rule = { title: name, line: 1, name: freshName(name, new Set()) };
  let text: string | null = null;
  try {
    const head = `RULE ${rule.name} ${JSON.stringify(name)}`;
    text = writeQuery(query, head, options, severity, { notes, listFields });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    notes.push({ level: "error", line: error.line, message: error.message });
  }
  const imported: ImportedRule = { ...rule, text, findings: notes };
  return finish("Imported from EQL.", [imported]);
}

function writeQuery(
  text: string,
  head: string,
  options: EqlOptions,
  severity: SeverityName,
  writer: EqlWriter,
): string {
  const query = parseQuery(text);
  const emit = `EMIT ${severity} ${messageText(options.name ?? "eql")}`;
  if (query.kind === "event") {
    const { stream, where } = writeFilter(query.filter, options, writer);
    return `${head} FROM ${stream} ${where === "TRUE" ? "" : `WHERE ${where}`} ${emit}`;
  }
  const { lets, clauses, behind } = writeSequence(query, options, writer);
  return [...lets, `${head} ${clauses} ${emit} ${behind}`].join("\n");
}
