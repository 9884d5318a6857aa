import type { FieldDecl, RuleDecl, Span } from "../ast.ts";
import type { DocumentSymbol, SymbolKind } from "./service-types.ts";
import { type SourceText, tokenIndex } from "./source-text.ts";

/** The declarations of a file with their fields, keys and steps. */
export function documentSymbols(source: SourceText): readonly DocumentSymbol[] {
  let rules = 0;
  return source.parsed.file.declarations.map((decl): DocumentSymbol => {
    const symbol = symbolMaker(source);
    switch (decl.kind) {
      case "stream":
        return symbol("stream", decl.name.text, decl.span, decl.name.span, fieldSymbols(decl.fields, source));
      case "table":
        return symbol("table", decl.name.text, decl.span, decl.name.span, fieldSymbols(decl.fields, source));
      case "param":
      case "let": {
        const detail = source.slice(decl.value.span).slice(0, LONGEST_DETAIL);
        return symbol(decl.kind, decl.name.text, decl.span, decl.name.span, [], detail);
      }
      case "rule": {
        rules += 1;
        const name = decl.name?.text ?? `rule_${rules}`;
        return symbol("rule", name, decl.span, nameSpan(decl, source), ruleSymbols(decl, source), decl.title?.value);
      }
      case "test":
        return symbol("test", decl.title.value, decl.span, decl.title.span, []);
    }
  });
}

const LONGEST_DETAIL = 60;

/** Of the rule's name, or of its first word where it has none. */
export function nameSpan({ name, span }: RuleDecl, source: SourceText): Span {
  if (name !== undefined) return name.span;
  const { tokens } = source.lexed;
  const token = tokens[tokenIndex(tokens, span.start + 1)];
  return token === undefined ? span : { start: token.start, end: token.end };
}

type MakeSymbol = (
  kind: SymbolKind,
  name: string,
  span: Span,
  named: Span,
  children: readonly DocumentSymbol[],
  detail?: string,
) => DocumentSymbol;

function symbolMaker(source: SourceText): MakeSymbol {
  return (kind, name, span, named, children, detail) => ({
    // An editor refuses a symbol without a name, which the title of a TEST may be.
    name: name === "" ? kind : name,
    kind,
    range: source.range(span),
    nameRange: source.range(named),
    children,
    ...(detail === undefined ? {} : { detail }),
  });
}

function fieldSymbols(fields: readonly FieldDecl[] | undefined, source: SourceText): readonly DocumentSymbol[] {
  const symbol = symbolMaker(source);
  return (fields ?? []).map(({ name, type, span, fields: inner }) =>
    symbol("field", name.text, span, name.span, fieldSymbols(inner, source), type),
  );
}

function ruleSymbols({ by, sequence }: RuleDecl, source: SourceText): readonly DocumentSymbol[] {
  const symbol = symbolMaker(source);
  const keys = (by ?? []).map(({ expr, as, span }) =>
    symbol("key", as?.text ?? source.slice(expr.span).slice(0, LONGEST_DETAIL), span, as?.span ?? expr.span, []),
  );
  const steps = sequence?.steps.flatMap((step) => (step.kind === "group" ? step.members : [step])) ?? [];
  const aliases = steps.flatMap(({ alias, stream, span }) => {
    const name = alias ?? stream;
    return name === undefined ? [] : [symbol("alias", name.text, span, name.span, [], stream?.text)];
  });
  return [...keys, ...aliases];
}
