import { type Finding, ImportError } from "../imported.ts";
import type { SourceDocument, SourceNode } from "../source-node.ts";
import { type Correlation, readCorrelation } from "./correlation.ts";
import { readDetection, readHead, type SigmaHead, streamOf } from "./detection-rule.ts";
import { asMap, get } from "./read.ts";

export interface SigmaOptions {
  /** One stream for the events of every log source; without it each log source is a stream. */
  readonly stream?: string;
  /** The field that holds the text of an event, in which keywords are looked for. */
  readonly messageField?: string;
}

/** A rule of the source: read, or with the reason why it could not be. */
export interface SigmaEntry {
  readonly head: SigmaHead;
  readonly content:
    | { readonly kind: "detection"; readonly stream: string; readonly where: string }
    | { readonly kind: "correlation"; readonly correlation: Correlation }
    | { readonly kind: "failed"; readonly finding: Finding };
}

/** Reads one document. Throws nothing: what is wrong with it is in the entry. */
export function readEntry(document: SourceDocument, { stream, messageField }: SigmaOptions): SigmaEntry {
  const { file } = document;
  const place = file === undefined ? {} : { file };
  let head: SigmaHead = {
    title: "untitled",
    label: "rule",
    ...place,
    line: document.line,
    references: [],
    severity: "MEDIUM",
  };
  try {
    const rule = asMap(document, "a rule");
    head = { ...readHead(rule), ...place };
    if (get(rule, "correlation") !== undefined) {
      return { head, content: { kind: "correlation", correlation: readCorrelation(rule) } };
    }
    if (get(rule, "filter") !== undefined) throw new ImportError(rule.line, "a Sigma filter has no equivalent");
    if (get(rule, "action") !== undefined) {
      throw new ImportError(rule.line, "`action` documents have no equivalent: they are from before version 2");
    }
    const where = readDetection(rule, messageField);
    return { head, content: { kind: "detection", stream: stream ?? streamOf(rule), where } };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return {
      head,
      content: { kind: "failed", finding: { level: "error", ...place, line: error.line, message: error.message } },
    };
  }
}

/** The first names of all fields that the rules may mean: what a LET or an alias must not be called. */
export function fieldNames(documents: readonly SourceNode[]): Set<string> {
  const names = new Set<string>();
  const waiting = documents.flatMap((document) => {
    if (document.kind !== "map") return [];
    const parts = document.entries.filter(({ key }) => key === "detection" || key === "correlation");
    return parts.map(({ value }) => value);
  });
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === "scalar") {
      // Group-by, aliases and `fieldref` name fields in values.
      if (typeof node.value === "string" && node.value.length < 200) names.add(firstName(node.value));
    } else if (node.kind === "list") waiting.push(...node.items);
    else {
      for (const { key, value } of node.entries) {
        names.add(firstName(key));
        if (key !== "rules" && key !== "type") waiting.push(value);
      }
    }
  }
  return names;
}

function firstName(text: string): string {
  return text.split(/[.|]/, 1)[0] ?? "";
}
