import { compileRegex, RegexError } from "@weir/core";
import { ImportError } from "../imported.ts";
import { allOf, anyOf, fieldPath, inNetwork, negated, quoted } from "../rule-text.ts";
import type { SourceNode } from "../source-node.ts";
import { matchesAny, type PatternPart } from "../wildcard.ts";
import { dashVariants, encodedPatterns, type Modifiers, readModifiers, readPattern } from "./modifiers.ts";
import { type SourceScalar, scalars } from "./read.ts";

/**
 * The condition of a search identifier: a map is AND, a list is OR. Texts that stand alone are looked for in the field
 * `messageField`, where there is one.
 */
export function writeSelection(node: SourceNode, messageField: string | undefined): string {
  if (node.kind === "map") {
    return allOf(node.entries.map(({ key, line, value }) => writeItem(key, value, line, messageField)));
  }
  if (node.kind === "list") return anyOf(node.items.map((item) => writeSelection(item, messageField)));
  return writeItem("|contains", node, node.line, messageField);
}

/** `Image|endswith: [a, b]` */
function writeItem(key: string, value: SourceNode, line: number, messageField: string | undefined): string {
  const [name = "", ...names] = key.split("|");
  const field = name === "" ? messageField : name;
  if (field === undefined) {
    const message = "a search for keywords needs the field that holds the text of an event (`--message-field NAME`)";
    throw new ImportError(line, message);
  }
  const said = readModifiers(names, line);
  const modifiers: Modifiers = name === "" && said.match === "equals" ? { ...said, match: "contains" } : said;
  const values = scalars(value, `\`${key}\``);
  if (values.length === 0) throw new ImportError(line, `\`${key}\` has no values`);
  const written = writeValues(fieldPath(field.split("."), line), values, modifiers, line);
  return modifiers.neq ? negated(written) : written;
}

function writeValues(field: string, values: readonly SourceScalar[], modifiers: Modifiers, line: number): string {
  const join = modifiers.all ? allOf : anyOf;
  switch (modifiers.match) {
    case "exists":
      return join(values.map(({ value }) => `${field} IS ${value === false ? "" : "NOT "}NULL`));
    case "re":
      return join(values.map((value) => writeRegex(field, value, modifiers.flags)));
    case "cidr":
      return join(values.map(({ value }) => inNetwork(field, String(value))));
    case "fieldref":
      return join(values.map(({ value, line: at }) => `${field} = ${fieldPath(String(value).split("."), at)}`));
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return join(
        values.map((value) => `${field} ${orders[modifiers.match as keyof typeof orders]} ${writeNumber(value)}`),
      );
    default:
      return modifiers.all
        ? allOf(values.map((value) => writeTexts(field, [value], modifiers, line)))
        : writeTexts(field, values, modifiers, line);
  }
}

const orders = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Values of which one must be the field's: texts in any case, numbers also where the event holds them as text. */
function writeTexts(field: string, values: readonly SourceScalar[], modifiers: Modifiers, line: number): string {
  const tests: string[] = [];
  const patterns: (readonly PatternPart[])[] = [];
  const exact: string[] = [];
  for (const { value, line: at } of values) {
    if (value === null) tests.push(`${field} IS NULL`);
    else if (modifiers.encodings.length > 0) {
      const encoded = encodedPatterns(String(value), modifiers.encodings, at);
      patterns.push(...encoded.map((pattern) => around(pattern, modifiers.match)));
    } else if (typeof value === "boolean") exact.push(value ? "TRUE" : "FALSE", `"${value}"`);
    else if (modifiers.match === "equals" && isNumber(value)) exact.push(`${value}`, quoted(String(value)));
    else {
      const texts = modifiers.windash ? dashVariants(String(value), line) : [String(value)];
      patterns.push(...texts.map((text) => around(readPattern(text), modifiers.match)));
    }
  }
  if (exact.length > 0) tests.push(`${field} IN (${[...new Set(exact)].join(", ")})`);
  if (patterns.length > 0) tests.push(matchesAny({ operand: field, caseless: !modifiers.cased }, patterns));
  return anyOf(tests);
}

/** A number, or a text that reads as one and as nothing else. */
function isNumber(value: string | number): boolean {
  return typeof value === "number" || /^(?:0|[1-9]\d{0,14})$/.test(value);
}

function around(pattern: readonly PatternPart[], match: Modifiers["match"]): readonly PatternPart[] {
  const before: readonly PatternPart[] = match === "contains" || match === "endswith" ? ["any"] : [];
  const behind: readonly PatternPart[] = match === "contains" || match === "startswith" ? ["any"] : [];
  return [...before, ...pattern, ...behind];
}

function writeRegex(field: string, { value, line }: SourceScalar, flags: string): string {
  const pattern = flags === "" ? String(value) : `(?${flags})${String(value)}`;
  try {
    compileRegex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ImportError(line, `the regular expression has no equivalent: ${error.message}`);
  }
  return `${field} MATCHES ${quoted(pattern)}`;
}

function writeNumber({ value, line }: SourceScalar): string {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw new ImportError(line, `\`${String(value)}\` is no number to compare with`);
  }
  return String(number);
}
