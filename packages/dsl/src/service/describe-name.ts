import type { Expr } from "../ast.ts";
import { shapeNamed } from "../check/names.ts";
import type { Type } from "../check/type.ts";
import type { Analysis } from "./analysis.ts";
import { samplesDoc } from "./complete-fields.ts";
import { sampledValues } from "./fields.ts";
import { readingOf } from "./lookup.ts";
import type { Occurrence } from "./occurrence.ts";
import { codeBlock } from "./record-doc.ts";
import type { SampledStream } from "./service-types.ts";
import { typeText } from "./type-text.ts";

/** What a name stands for, as paragraphs of markdown. */
export function describeOccurrence(
  occurrence: Occurrence,
  expressions: readonly Expr[],
  analysis: Analysis,
  samples: readonly SampledStream[],
): readonly string[] {
  const { kind, name } = occurrence;
  switch (kind) {
    case "stream":
      return describeStream(name, analysis, samples);
    case "table":
      return describeTable(name, analysis);
    case "param":
    case "let":
      return describeValue(kind, name, analysis);
    case "rule":
      return describeRule(name, analysis);
    case "alias":
      return [`**step** \`${name}\``, ...stepDoc(occurrence, analysis)];
    case "field":
      return describeField(occurrence, expressions, analysis, samples);
    case "key":
      return [`**key** \`${name}\``, "The name that a BY expression has in alerts."];
    case "data":
      return [`**data** \`${name}\``, "A value that the alert carries."];
    case "sink":
      return [`**sink** \`${name}\``, "Where the host sends the alert."];
    case "test":
      return [`**test** \`${name}\``];
  }
}

function describeStream(name: string, { checked }: Analysis, samples: readonly SampledStream[]): readonly string[] {
  const { names } = checked;
  const { fields } = shapeNamed(names, name);
  const writers = names.rules.filter(({ decl }) => decl.branches.some(({ emit }) => emit.into?.text === name));
  const sampled = samples.find((stream) => stream.name === name);
  return [
    fields === null ? codeBlock(`STREAM ${name}`) : codeBlock(`STREAM ${name} ${typeText({ name: "OBJECT", fields })}`),
    ...(writers.length === 0 ? [] : [`Derived by ${writers.map((rule) => `\`${rule.name}\``).join(", ")}`]),
    ...(fields === null && writers.length === 0 ? ["Not declared: its fields may be anything."] : []),
    ...(sampled === undefined
      ? []
      : [
          `In the recording: ${sampled.fields
            .slice(0, 20)
            .map((field) => `\`${field.name}\``)
            .join(", ")}`,
        ]),
  ];
}

function describeTable(name: string, { checked }: Analysis): readonly string[] {
  const table = checked.names.tables.get(name);
  if (table === undefined) return [`**table** \`${name}\``, "Not declared."];
  return [codeBlock(`TABLE ${name} KEY ${table.decl.key.text} ${typeText(table.row)}`)];
}

function describeValue(kind: "param" | "let", name: string, analysis: Analysis): readonly string[] {
  const { params, lets } = analysis.checked.names;
  const declared = kind === "param" ? params.get(name) : lets.get(name);
  if (declared === undefined) return [`**${kind.toUpperCase()}** \`${name}\``, "Not declared."];
  const inThisFile = analysis.file.declarations.includes(declared.decl);
  const text = inThisFile ? ` = ${analysis.source.slice(declared.decl.value.span)}` : "";
  const doc = kind === "param" ? "A constant that the host may override." : "A named expression.";
  return [codeBlock(`${kind.toUpperCase()} ${name}: ${typeText(declared.type)}${text}`), doc];
}

function describeRule(name: string, analysis: Analysis): readonly string[] {
  const facts = analysis.checked.rules.find(({ rule }) => rule.name === name && rule.unit === analysis.unit);
  const reading = facts === undefined ? undefined : readingOf(analysis, facts);
  const title = facts?.decl.title?.value;
  return [
    `**rule** \`${name}\`${title === undefined ? "" : `: ${title}`}`,
    ...(reading === undefined ? [] : [reading]),
  ];
}

function stepDoc({ span, name }: Occurrence, analysis: Analysis): readonly string[] {
  const facts = analysis.checked.rules.find(
    ({ decl, rule }) => rule.unit === analysis.unit && decl.span.start <= span.start && span.end <= decl.span.end,
  );
  const step = facts?.sequence?.steps.find(({ alias }) => alias.name === name)?.step;
  return step === undefined ? [] : [codeBlock(analysis.source.slice(step.span))];
}

function describeField(
  { name, span, symbols }: Occurrence,
  expressions: readonly Expr[],
  analysis: Analysis,
  samples: readonly SampledStream[],
): readonly string[] {
  const expr = expressions.find((candidate) =>
    candidate.kind === "member"
      ? candidate.name.span.start === span.start
      : candidate.span.start === span.start && candidate.kind === "name",
  );
  const type = (expr === undefined ? undefined : analysis.findings.get(expr)?.type) ?? declaredType(symbols, analysis);
  const owners = symbols.flatMap((symbol) => {
    const [kind = "", path = ""] = symbol.split(":");
    const owner = path.split("/")[0] ?? "";
    return kind === "field" ? [`stream \`${owner}\``] : kind === "row" ? [`table \`${owner}\``] : [];
  });
  const paths = symbols.map((symbol) =>
    symbol
      .replace(/^\?/, "")
      .replace(/^[^/]*\//, "")
      .split("/"),
  );
  const values = [...new Set(paths.flatMap((path) => sampledValues(path, null, samples)))].slice(0, 8);
  return [
    codeBlock(`${name}: ${type === undefined ? "ANY" : typeText(type)}`),
    owners.length === 0 ? "A field that no STREAM declares." : `A field of ${owners.slice(0, 5).join(", ")}`,
    ...(values.length === 0 ? [] : [samplesDoc(values)]),
  ];
}

function declaredType(symbols: readonly string[], { checked }: Analysis): Type | undefined {
  const [first = ""] = symbols;
  const match = /^(field|row):([^/]*)\/([^/]*)$/.exec(first);
  if (match === null) return undefined;
  const [, kind, owner = "", field = ""] = match;
  const fields = kind === "row" ? checked.names.tables.get(owner)?.row.fields : checked.names.shapes.get(owner)?.fields;
  return fields?.types.get(field);
}
