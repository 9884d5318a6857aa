import { aggregateByName, functionByName } from "@weir/core";
import type { AggregateExpr, CallExpr, Declaration, Expr, Span } from "../ast.ts";
import { formatDuration } from "../duration-literal.ts";
import type { Analysis } from "./analysis.ts";
import { describeOccurrence } from "./describe-name.ts";
import { keywordFor } from "./keywords.ts";
import { callAt, covers, declarationAt, expressionsAt, factsOf, occurrenceAt, readingOf } from "./lookup.ts";
import type { Occurrence } from "./occurrence.ts";
import { codeBlock, hostSignature, recordDoc } from "./record-doc.ts";
import type { Hover, SampledStream } from "./service-types.ts";
import { tokenIndex } from "./source-text.ts";
import { typeText } from "./type-text.ts";

/** What there is to say about the name, the function, the keyword, the value or the rule at an offset. */
export function hover(
  analysis: Analysis,
  occurrences: readonly Occurrence[],
  offset: number,
  samples: readonly SampledStream[],
): Hover | null {
  const { source } = analysis;
  const show = (span: Span, contents: readonly string[]): Hover => ({ range: source.range(span), contents });
  const declaration = declarationAt(analysis, offset);
  const expressions = declaration === undefined ? [] : expressionsAt(declaration, offset);
  const call = callAt(expressions, offset);
  if (call !== undefined) {
    const contents = describeCall(call.name, analysis);
    if (contents !== null) return show(call.nameSpan, [...contents, ...shortFormDoc(call, declaration, analysis)]);
  }
  const occurrence = occurrenceAt(occurrences, offset);
  if (occurrence !== undefined) {
    return show(occurrence.span, describeOccurrence(occurrence, expressions, analysis, samples));
  }
  return hoverOfToken(analysis, expressions, offset, show);
}

function describeCall(name: string, { checked }: Analysis): readonly string[] | null {
  const record = aggregateByName(name) ?? functionByName(name);
  if (record !== undefined) return [codeBlock(record.signature), recordDoc(record)];
  const host = checked.names.functions.get(name);
  return host === undefined ? null : [codeBlock(hostSignature(name, host)), "A function of the host."];
}

/** What the COUNT of a field means in a rule without BY. */
function shortFormDoc(
  { name, args }: CallExpr | AggregateExpr,
  declaration: Declaration | undefined,
  analysis: Analysis,
): readonly string[] {
  if (name !== "COUNT" || declaration?.kind !== "rule") return [];
  const counted = factsOf(analysis, declaration)?.counted.find(({ expr }) => expr === args[0]);
  if (counted === undefined) return [];
  const field = analysis.source.slice(counted.expr.span);
  return [`Here it counts events per \`${field}\`: the rule reads as \`BY ${field}\` with \`COUNT()\`.`];
}

function hoverOfToken(
  analysis: Analysis,
  expressions: readonly Expr[],
  offset: number,
  show: (span: Span, contents: readonly string[]) => Hover,
): Hover | null {
  const { source } = analysis;
  const token = source.tokenAt(offset);
  if (token === undefined || !covers(token, offset)) return null;
  const span = { start: token.start, end: token.end };
  const literal = expressions.findLast(({ kind }) => kind !== "string");
  if (token.kind === "duration") {
    const value = literal?.kind === "duration" ? literal.ms : null;
    return show(span, [value === null ? codeBlock(token.text) : `${formatDuration(value)} (${value} ms)`]);
  }
  if (token.kind === "word") {
    const rule = ruleStartingAt(analysis, token.start);
    const { tokens } = source.lexed;
    const index = tokenIndex(tokens, token.end);
    const record = keywordFor(token.key, [tokens[index + 1]?.key ?? "", tokens[index + 2]?.key ?? ""]);
    const contents = [...rule, ...(record === undefined ? [] : [`**${record.words}**`, record.doc])];
    return contents.length === 0 ? null : show(span, contents);
  }
  const whole = expressions.at(-1);
  const type = whole === undefined ? undefined : analysis.findings.get(whole)?.type;
  if (token.kind !== "symbol" || whole === undefined || type === undefined || token.key === "(") return null;
  return show(whole.span, [codeBlock(`${source.slice(whole.span)}: ${typeText(type)}`)]);
}

/** The sentence of the rule that begins with a word. */
function ruleStartingAt(analysis: Analysis, start: number): readonly string[] {
  const declaration = analysis.file.declarations.find(({ span }) => span.start === start);
  if (declaration?.kind !== "rule") return [];
  const facts = factsOf(analysis, declaration);
  const reading = facts === undefined ? undefined : readingOf(analysis, facts);
  return facts === undefined ? [] : [`**rule** \`${facts.rule.name}\``, ...(reading === undefined ? [] : [reading])];
}
