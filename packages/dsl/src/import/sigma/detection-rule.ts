import type { SeverityName } from "../../ast.ts";
import { ImportError } from "../imported.ts";
import { anyOf } from "../rule-text.ts";
import { writeCondition } from "./condition.ts";
import { writeSelection } from "./detection.ts";
import { asMap, get, getText, getTexts, type SourceMap } from "./read.ts";

/** What every Sigma rule says of itself. */
export interface SigmaHead {
  readonly title: string;
  /** What the rule is called here: made of its name, else of its title. */
  readonly label: string;
  readonly line: number;
  readonly file?: string;
  /** What other rules call it: its name, its id. */
  readonly references: readonly string[];
  readonly severity: SeverityName;
}

const severities: Readonly<Record<string, SeverityName>> = {
  informational: "INFO",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  critical: "CRITICAL",
};

export function readHead(rule: SourceMap): SigmaHead {
  const name = getText(rule, "name");
  const id = getText(rule, "id");
  return {
    title: getText(rule, "title") ?? name ?? id ?? "untitled",
    label: name ?? getText(rule, "title") ?? "rule",
    line: rule.line,
    references: [name, id].filter((reference) => reference !== undefined),
    severity: severities[getText(rule, "level") ?? ""] ?? "MEDIUM",
  };
}

/** The stream that holds the events of a log source: what is said of it, product first. */
export function streamOf(rule: SourceMap): string {
  const source = get(rule, "logsource");
  if (source === undefined) throw new ImportError(rule.line, "the rule has no logsource");
  const map = asMap(source, "`logsource`");
  const parts = ["product", "category", "service"].flatMap((key) => getText(map, key) ?? []);
  const name = parts
    .join("_")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");
  if (name === "") throw new ImportError(source.line, "`logsource` names no product, category or service");
  return /^[a-z]/.test(name) ? name : `s_${name}`;
}

/** The condition of a detection rule. */
export function readDetection(rule: SourceMap, messageField: string | undefined): string {
  const source = get(rule, "detection");
  if (source === undefined) throw new ImportError(rule.line, "the rule has neither a detection nor a correlation");
  const detection = asMap(source, "`detection`");
  const selections = new Map<string, string>();
  for (const { key, value } of detection.entries) {
    if (key === "timeframe") {
      throw new ImportError(value.line, "`timeframe` belongs to aggregations, which are correlation rules now");
    }
    if (key !== "condition") selections.set(key, writeSelection(value, messageField));
  }
  const conditions = getTexts(detection, "condition");
  const line = detection.entries.find(({ key }) => key === "condition")?.line ?? detection.line;
  if (conditions.length === 0) throw new ImportError(line, "the detection has no condition");
  return anyOf(conditions.map((text) => writeCondition(text, selections, line)));
}
