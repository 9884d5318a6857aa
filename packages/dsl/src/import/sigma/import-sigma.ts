import { finish, type ImportedRule } from "../finish.ts";
import { type Finding, type Imported, ImportError } from "../imported.ts";
import { fieldPath, freshName, messageText } from "../rule-text.ts";
import type { SourceDocument } from "../source-node.ts";
import type { Member } from "./member.ts";
import { findReferences } from "./references.ts";
import { fieldNames, readEntry, type SigmaEntry, type SigmaOptions } from "./sigma-entry.ts";
import { writeCorrelation } from "./write-correlation.ts";

/** More documents than a file of rules has. */
const maxDocuments = 1_000;

/**
 * Rules that mean Sigma rules: detections, and the correlations on them.
 *
 * `documents` are those of a YAML file, as plain data. A detection that correlations refer to becomes their condition, and a
 * rule of its own only where `generate` says so; a correlation that others refer to makes events of a derived stream.
 *
 * Errors  none is thrown: what cannot be read, or has no equivalent, is a finding, and that rule does not come out.
 * Source  the Sigma specification, version 2. It leaves open whether an event exactly one timespan before another counts with
 *         it; here it does, hence 1 ms more.
 */
export function importSigma(documents: readonly SourceDocument[], options: SigmaOptions = {}): Imported {
  const read = documents.slice(0, maxDocuments);
  const entries = read.map((document) => readEntry(document, options));
  const result = finish("Imported from Sigma.", writeRules(entries, fieldNames(read)));
  if (documents.length <= maxDocuments) return result;
  const message = `there are more than ${maxDocuments} documents: the rest is not read`;
  return {
    ...result,
    findings: [...result.findings, { level: "error", line: documents[maxDocuments]?.line ?? 1, message }],
  };
}

function writeRules(entries: readonly SigmaEntry[], taken: Set<string>): readonly ImportedRule[] {
  const references = findReferences(entries);
  // A rule may give its name to a derived stream, which must be none of the source.
  const streams = entries.flatMap(({ content }) => (content.kind === "detection" ? [content.stream] : []));
  const ruleNames = new Set(streams);
  const names = new Map(entries.map((entry) => [entry, freshName(entry.head.label, ruleNames)]));
  const written = new Map<SigmaEntry, ImportedRule | "being written">();

  function write(entry: SigmaEntry): ImportedRule {
    const { head, content } = entry;
    const known = written.get(entry);
    if (known === "being written") throw new ImportError(head.line, "the correlation refers to itself");
    if (known !== undefined) return known;
    written.set(entry, "being written");
    const findings: Finding[] = [];
    const place = head.file === undefined ? {} : { file: head.file };
    const rule = { title: head.title, ...place, line: head.line, name: names.get(entry) ?? "rule" };
    let text: string | null = null;
    try {
      if (content.kind === "failed") findings.push(content.finding);
      else text = content.kind === "detection" ? writeDetection(entry, rule.name) : writeOne(entry, findings);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      findings.push({ level: "error", line: error.line, message: error.message });
    }
    const result = { ...rule, text, findings: findings.map((finding) => ({ ...place, ...finding })) };
    written.set(entry, result);
    return result;
  }

  function writeOne(entry: SigmaEntry, findings: Finding[]): string {
    const { head, content } = entry;
    if (content.kind !== "correlation") throw new ImportError(head.line, "the rule is no correlation");
    const { correlation } = content;
    const members = correlation.rules.map((reference) => member(reference, correlation.line));
    const name = names.get(entry) ?? "rule";
    const into = references.isReferredTo(entry) ? name : null;
    if (into !== null) {
      const message = `its alerts are the events of the stream \`${into}\`, which other rules read`;
      findings.push({ level: "note", line: head.line, message });
    }
    const severity = references.isPart(entry) ? "INFO" : head.severity;
    const needs = references.needs(entry);
    return writeCorrelation({ name, title: head.title, severity, correlation, members, into, needs }, taken, findings);
  }

  function member(reference: string, line: number): Member {
    const entry = references.find(reference);
    if (entry === undefined) throw new ImportError(line, `there is no rule of the name or id \`${reference}\``);
    const { content, head } = entry;
    if (write(entry).text === null) {
      throw new ImportError(line, `\`${reference}\`, to which it refers, could not be imported`);
    }
    if (content.kind === "detection") {
      const { stream, where } = content;
      return { reference, name: head.label, stream, where, derived: false };
    }
    return { reference, name: head.label, stream: names.get(entry) ?? "rule", where: "TRUE", derived: true };
  }

  return entries.map(write).filter((_, i) => {
    const entry = entries[i];
    return entry === undefined || entry.content.kind !== "detection" || !references.isPart(entry);
  });
}

function writeDetection({ head, content }: SigmaEntry, name: string): string {
  if (content.kind !== "detection") throw new ImportError(head.line, "the rule is no detection");
  const from = fieldPath([content.stream], head.line);
  return `RULE ${name} ${JSON.stringify(head.title)} FROM ${from} WHERE ${content.where} EMIT ${head.severity} ${messageText(head.title)}`;
}
