import type {
  CompletionItem,
  CompletionKind,
  DocumentSymbol,
  Place,
  Range,
  ServiceDiagnostic,
  SymbolKind as WeirSymbolKind,
  TextEdit,
} from "@weir/dsl";
import {
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  InsertTextFormat,
  type CompletionItem as LspCompletionItem,
  type DocumentSymbol as LspDocumentSymbol,
  type Position,
  type Range as LspRange,
  SymbolKind,
  type TextEdit as LspTextEdit,
} from "vscode-languageserver/node";

/** The protocol counts lines and columns from 0, the language service from 1. */
export function toPosition({ line, column }: Place): Position {
  return { line: line - 1, character: column - 1 };
}

export function toRange({ start, end }: Range): LspRange {
  return { start: toPosition(start), end: toPosition(end) };
}

export function toCaret({ line, character }: Position): { readonly line: number; readonly column: number } {
  return { line: line + 1, column: character + 1 };
}

export function toEdit({ range, text }: TextEdit): LspTextEdit {
  return { range: toRange(range), newText: text };
}

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
} as const;

export function toDiagnostic({ level, code, message, hint, range }: ServiceDiagnostic): Diagnostic {
  return {
    range: toRange(range),
    severity: SEVERITIES[level],
    code,
    source: "weir",
    message: hint === undefined ? message : `${message}\n${hint}`,
  };
}

const COMPLETION_KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  stream: CompletionItemKind.Class,
  field: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  aggregate: CompletionItemKind.Function,
  param: CompletionItemKind.Constant,
  let: CompletionItemKind.Variable,
  table: CompletionItemKind.Struct,
  alias: CompletionItemKind.Variable,
  key: CompletionItemKind.Variable,
  rule: CompletionItemKind.Event,
  sink: CompletionItemKind.Interface,
  duration: CompletionItemKind.Unit,
  value: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
};

/** `snippets`: whether the client knows `$1` and `${1:name}`; else the names alone are inserted. */
export function toCompletion(item: CompletionItem, range: Range, snippets: boolean): LspCompletionItem {
  const text = item.snippet && !snippets ? withoutPlaces(item.insert) : item.insert;
  return {
    label: item.label,
    kind: COMPLETION_KINDS[item.kind],
    sortText: item.sort,
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.doc === undefined ? {} : { documentation: { kind: "markdown", value: item.doc } }),
    insertTextFormat: item.snippet && snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range: toRange(range), newText: text },
  };
}

function withoutPlaces(snippet: string): string {
  return snippet.replaceAll(/\$\{\d+:([^{}]*)\}/g, "$1").replaceAll(/\$\d/g, "");
}

const SYMBOL_KINDS: Readonly<Record<WeirSymbolKind, SymbolKind>> = {
  stream: SymbolKind.Class,
  table: SymbolKind.Struct,
  param: SymbolKind.Constant,
  let: SymbolKind.Variable,
  rule: SymbolKind.Event,
  alias: SymbolKind.Variable,
  field: SymbolKind.Field,
  key: SymbolKind.Key,
  data: SymbolKind.Property,
  sink: SymbolKind.Interface,
  test: SymbolKind.Method,
};

export function toSymbol(symbol: DocumentSymbol): LspDocumentSymbol {
  return {
    name: symbol.name,
    kind: SYMBOL_KINDS[symbol.kind],
    range: toRange(symbol.range),
    selectionRange: toRange(symbol.nameRange),
    children: symbol.children.map(toSymbol),
    ...(symbol.detail === undefined ? {} : { detail: symbol.detail }),
  };
}
