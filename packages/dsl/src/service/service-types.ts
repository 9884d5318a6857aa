import type { DiagnosticLevel } from "../diagnostic.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";

/** A place of a text: its offset from 0 in UTF-16 units, line and column from 1. */
export interface Place {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A half-open range of a text. */
export interface Range {
  readonly start: Place;
  readonly end: Place;
}

export interface Location {
  /** The name of the file. */
  readonly file: string;
  readonly range: Range;
}

/** A replacement of the text of a range. */
export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}

export interface FileEdits {
  readonly file: string;
  /** In the order of the text, none overlapping another. */
  readonly edits: readonly TextEdit[];
}

/** Where a caller asks about: an offset, or line and column from 1. What lies outside of the text is moved into it. */
export type Caret = number | { readonly line: number; readonly column: number };

export interface ServiceDiagnostic {
  readonly level: DiagnosticLevel;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string;
  /** A replacement for the text of the range that would cure it. */
  readonly fix?: string;
  readonly range: Range;
}

export type CompletionKind =
  | "keyword"
  | "stream"
  | "field"
  | "function"
  | "aggregate"
  | "param"
  | "let"
  | "table"
  | "alias"
  | "key"
  | "rule"
  | "sink"
  | "duration"
  | "value"
  | "snippet";

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** What stands beside the label: a type, a signature. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** What replaces the range; where `snippet`, with `$1`, `${1:name}` and `$0` as editors know them. */
  readonly insert: string;
  readonly snippet: boolean;
  /** Items are offered in the order of these texts. */
  readonly sort: string;
}

export interface Completions {
  /** The word at the caret, which an item replaces. */
  readonly range: Range;
  readonly items: readonly CompletionItem[];
}

export interface Hover {
  readonly range: Range;
  /** Paragraphs of markdown. */
  readonly contents: readonly string[];
}

export type SymbolKind =
  | "stream"
  | "table"
  | "param"
  | "let"
  | "rule"
  | "alias"
  | "field"
  | "key"
  | "data"
  | "sink"
  | "test";

/** A declaration, with those inside of it. */
export interface DocumentSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly detail?: string;
  readonly range: Range;
  /** The name's own text, or where there is none the first word. */
  readonly nameRange: Range;
  readonly children: readonly DocumentSymbol[];
}

export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: "region" | "comment";
}

export const semanticTokenTypes = [
  "stream",
  "field",
  "rule",
  "alias",
  "param",
  "let",
  "table",
  "function",
  "aggregate",
  "keyword",
  "sink",
] as const;

export type SemanticTokenType = (typeof semanticTokenTypes)[number];

export interface SemanticToken {
  readonly range: Range;
  readonly type: SemanticTokenType;
  readonly declaration: boolean;
}

/** What a rule says without writing it, to be shown between its words. */
export interface InlayHint {
  /** `value`: what a name or a computation stands for; `unit`: what a number counts, or a duration in its largest units; `key`: whom COUNT counts by. */
  readonly kind: "value" | "unit" | "key";
  readonly text: string;
  /** It stands before the character there. */
  readonly place: Place;
}

export interface SignatureHelp {
  readonly signature: string;
  readonly doc: string;
  readonly params: readonly { readonly label: string; readonly span: readonly [start: number, end: number] }[];
  /** The parameter at the caret. */
  readonly active: number;
}

export interface CodeAction {
  readonly title: string;
  /** Whether it is the one to take where one is taken without asking. */
  readonly preferred: boolean;
  /** The diagnostic that it cures. */
  readonly diagnostic: ServiceDiagnostic;
  readonly edits: readonly TextEdit[];
}

/** A rule of a file, for lenses, lists and gutters. */
export interface RuleEntry {
  /** Also where the text gives it none: `rule_2`. */
  readonly name: string;
  readonly named: boolean;
  readonly title?: string;
  readonly severities: readonly string[];
  readonly range: Range;
  /** Of the name, or of the first word where there is none. */
  readonly nameRange: Range;
  /** The rule in one English sentence; absent where the rule is unsound. */
  readonly reading?: string;
}

/** What can be renamed at a place, or why nothing can. */
export type RenameTarget =
  | { readonly ok: true; readonly range: Range; readonly name: string; readonly kind: SymbolKind }
  | { readonly ok: false; readonly reason: string };

export type RenameResult =
  | { readonly ok: true; readonly files: readonly FileEdits[] }
  | { readonly ok: false; readonly reason: string };

/** A field of recorded events. */
export interface SampledField {
  /** Its path: `device.ip`. */
  readonly name: string;
  /** The types its values have. */
  readonly types: readonly string[];
  /** Some values, as a rule file writes them: `"approved"`, `12.5`. */
  readonly values: readonly string[];
}

/** The fields that a host found in the events of a stream. */
export interface SampledStream {
  readonly name: string;
  readonly fields: readonly SampledField[];
}
