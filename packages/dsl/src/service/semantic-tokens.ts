import { aggregateByName } from "@weir/core";
import type { Span } from "../ast.ts";
import { placedKeywords, reservedWords } from "../lex/keywords.ts";
import type { Analysis } from "./analysis.ts";
import type { Occurrence } from "./occurrence.ts";
import type { SemanticToken, SemanticTokenType, SymbolKind } from "./service-types.ts";
import { tokenIndex } from "./source-text.ts";
import { walk } from "./walk.ts";

const TYPES: Readonly<Partial<Record<SymbolKind, SemanticTokenType>>> = {
  stream: "stream",
  field: "field",
  rule: "rule",
  alias: "alias",
  param: "param",
  let: "let",
  table: "table",
  key: "field",
  data: "field",
  sink: "sink",
};

/** What each name stands for, and which words are keywords, in the order of the text. `within`: of that part alone. */
export function semanticTokens(
  analysis: Analysis,
  occurrences: readonly Occurrence[],
  within: Span = { start: 0, end: analysis.source.text.length },
): readonly SemanticToken[] {
  const { source } = analysis;
  const found = new Map<number, SemanticToken>();
  const add = (span: Span, type: SemanticTokenType, declaration: boolean): void => {
    // No token spans lines, which editors do not take; and the value comes before the name that it gives.
    if (span.end <= within.start || span.start >= within.end || found.has(span.start)) return;
    found.set(span.start, { range: source.range(span), type, declaration });
  };
  const places = occurrences.filter(({ form }) => form === "name");
  for (const place of places.filter(({ kind }) => kind !== "data")) addPlace(place, add);
  for (const place of places.filter(({ kind }) => kind === "data")) addPlace(place, add);
  const names = new Set<number>();
  for (const declaration of analysis.file.declarations) {
    if (declaration.span.end < within.start || declaration.span.start > within.end) continue;
    walk(declaration, ({ node }) => {
      const called = node["nameSpan"] as Span | undefined;
      if (called !== undefined) {
        const isAggregate = aggregateByName(String(node["name"])) !== undefined;
        add(called, isAggregate ? "aggregate" : "function", false);
      }
      const span = node["span"] as Span | undefined;
      const named = typeof node["text"] === "string" || typeof node["name"] === "string";
      if (span !== undefined && named) names.add(span.start);
      return true;
    });
  }
  addKeywords(analysis, names, within, add);
  return withoutOverlaps([...found.values()].toSorted((a, b) => a.range.start.offset - b.range.start.offset));
}

/** What was read as one name may be several words, such as `my-rule`. */
function withoutOverlaps(tokens: readonly SemanticToken[]): readonly SemanticToken[] {
  let end = 0;
  return tokens.filter(({ range }) => {
    if (range.start.offset < end) return false;
    end = range.end.offset;
    return true;
  });
}

function addPlace(
  { kind, span, declaration }: Occurrence,
  add: (span: Span, type: SemanticTokenType, declaration: boolean) => void,
): void {
  const type = TYPES[kind];
  if (type !== undefined) add(span, type, declaration);
}

/** Words that are keywords where they stand, and could be names elsewhere. */
function addKeywords(
  { source }: Analysis,
  names: ReadonlySet<number>,
  within: Span,
  add: (span: Span, type: SemanticTokenType, declaration: boolean) => void,
): void {
  const { tokens } = source.lexed;
  for (let i = tokenIndex(tokens, within.start); i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.start >= within.end) return;
    const isKeyword = reservedWords.has(token.key) || placedKeywords.has(token.key);
    if (token.kind === "word" && isKeyword && !names.has(token.start)) add(token, "keyword", false);
  }
}
