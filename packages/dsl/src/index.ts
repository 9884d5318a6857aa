export type {
  AggregateExpr,
  AggregateName,
  BetweenExpr,
  BinaryExpr,
  BinaryOp,
  BooleanLit,
  Branch,
  CallExpr,
  CaseExpr,
  Comment,
  Cooldown,
  Datum,
  Declaration,
  Dur,
  DurationLit,
  Emit,
  ErrorExpr,
  ExpectItem,
  Expr,
  FieldDecl,
  GivenItem,
  GroupStep,
  IndexExpr,
  InExpr,
  IsNullExpr,
  KeyExpr,
  LetDecl,
  ListLit,
  Literal,
  Match,
  MemberExpr,
  Message,
  Name,
  NameExpr,
  Node,
  NullLit,
  NumberLit,
  ObjectLit,
  ParamDecl,
  PlainStep,
  Quantifier,
  RuleDecl,
  Sequence,
  SeverityName,
  SourceFile,
  Span,
  Step,
  StreamDecl,
  StringLit,
  TableDecl,
  TestDecl,
  TestItem,
  TestParamItem,
  TestTableItem,
  TextExpr,
  TimeDecl,
  TimeUnit,
  TypeName,
  UnaryExpr,
  UntilItem,
  Window,
} from "./ast.ts";
export type { HostFunction } from "./check/names.ts";
export { type NotYet, notYet } from "./check/not-yet.ts";
export { compile, type CompileResult, type CompileTextOptions } from "./compile/compile.ts";
export {
  compileFiles,
  type CompileFilesResult,
  type CompileOptions,
  type FileDiagnostic,
  type RuleFile,
} from "./compile/compile-files.ts";
export type { Diagnostic, DiagnosticLevel } from "./diagnostic.ts";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostic-codes.ts";
export { formatDuration, parseDuration } from "./duration-literal.ts";
export { expressionChildren } from "./expression-children.ts";
export { type Parsed, parse } from "./parse/parse.ts";
export { importEql, type EqlOptions } from "./import/eql/import-eql.ts";
export type { Finding, Imported } from "./import/imported.ts";
export { importSigma } from "./import/sigma/import-sigma.ts";
export type { SigmaOptions } from "./import/sigma/sigma-entry.ts";
export type { SourceDocument, SourceEntry, SourceNode } from "./import/source-node.ts";
export { lineStarts, type Position, positionAt } from "./position.ts";
export { printKey, printName } from "./print/name.ts";
export { type Formatted, format, print } from "./print/print.ts";
export { type RenderOptions, renderDiagnostic } from "./render-diagnostic.ts";
export { createLanguageService, type LanguageService } from "./service/language-service.ts";
export {
  type LineState,
  type LineToken,
  type LineTokenType,
  type TokenizedLine,
  tokenizeLine,
} from "./service/line-tokens.ts";
export { type SampleEvent, sampleStreams } from "./service/samples.ts";
export {
  type Caret,
  type CodeAction,
  type CompletionItem,
  type CompletionKind,
  type Completions,
  type DocumentSymbol,
  type FileEdits,
  type FoldingRange,
  type Hover,
  type InlayHint,
  type Location,
  type Place,
  type Range,
  type RenameResult,
  type RenameTarget,
  type RuleEntry,
  type SampledField,
  type SampledStream,
  type SemanticToken,
  type SemanticTokenType,
  semanticTokenTypes,
  type ServiceDiagnostic,
  type SignatureHelp,
  type SymbolKind,
  type TextEdit,
} from "./service/service-types.ts";
export { suggest } from "./suggest.ts";
