import type { Span } from "../ast.ts";
import type { HostFunction } from "../check/names.ts";
import { type CompileOptions, hostFunctions } from "../compile/compile-files.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { codeActions, serviceDiagnostic } from "./code-actions.ts";
import { complete } from "./complete.ts";
import { documentSymbols } from "./document-symbols.ts";
import { foldingRanges } from "./folding.ts";
import { formatFile, formatRange } from "./format-range.ts";
import { hover } from "./hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import { occurrenceAt } from "./lookup.ts";
import type { Occurrence } from "./occurrence.ts";
import { occurrencesOf } from "./occurrences.ts";
import { definitions, isOneOf, linkedSymbols, references } from "./references.ts";
import { rename, type RenameFile, renameTarget } from "./rename.ts";
import { ruleList } from "./rule-list.ts";
import { semanticTokens } from "./semantic-tokens.ts";
import type {
  Caret,
  CodeAction,
  Completions,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  Range,
  RenameResult,
  RenameTarget,
  RuleEntry,
  SampledStream,
  SemanticToken,
  ServiceDiagnostic,
  SignatureHelp,
  TextEdit,
} from "./service-types.ts";
import { signatureHelp } from "./signature-help.ts";
import { SourceText } from "./source-text.ts";

/**
 * Answers what an editor asks about rule files, as plain data.
 *
 * Files that are set are read together: what one declares the others know. Nothing is computed before it is asked for, and once a
 * version of a text; a file that is not there is taken for an empty one. Nothing throws, whatever the texts and carets.
 *
 * Time    linear in the texts for the first question about a version; then by the declaration at the caret. A rename looks at all files.
 */
export interface LanguageService {
  /** Sets the text of a file. Files are read in the order in which they were set first. */
  setText(file: string, text: string, version?: number): void;
  removeFile(file: string): void;
  /** The version last set; `undefined` where there is no such file. An answer of an older one is out of date. */
  version(file: string): number | undefined;
  /** The fields of recorded events, for completion and hover. */
  setSamples(samples: readonly SampledStream[]): void;

  diagnostics(file: string): readonly ServiceDiagnostic[];
  complete(file: string, caret: Caret): Completions;
  hover(file: string, caret: Caret): Hover | null;
  signatureHelp(file: string, caret: Caret): SignatureHelp | null;
  definition(file: string, caret: Caret): readonly Location[];
  references(file: string, caret: Caret, options?: { readonly declarations?: boolean }): readonly Location[];
  /** The places of the name at the caret within its own file. */
  highlights(file: string, caret: Caret): readonly Range[];
  renameTarget(file: string, caret: Caret): RenameTarget;
  rename(file: string, caret: Caret, newName: string): RenameResult;
  symbols(file: string): readonly DocumentSymbol[];
  folding(file: string): readonly FoldingRange[];
  /** In the order of the text; of a part of it where that is given. */
  semanticTokens(file: string, within?: { readonly start: Caret; readonly end: Caret }): readonly SemanticToken[];
  /** Values, units and keys that are not written, in the order of the text; of a part of it where that is given. */
  inlayHints(file: string, within?: { readonly start: Caret; readonly end: Caret }): readonly InlayHint[];
  codeActions(file: string, start: Caret, end: Caret): readonly CodeAction[];
  format(file: string): readonly TextEdit[];
  formatRange(file: string, start: Caret, end: Caret): readonly TextEdit[];
  rules(file: string): readonly RuleEntry[];
}

export function createLanguageService(options: CompileOptions = {}): LanguageService {
  return new Service(hostFunctions(options));
}

/** A file with what is known of it until a text changes. */
interface Entry {
  readonly source: SourceText;
  analysis: Analysis | null;
  occurrences: readonly Occurrence[] | null;
}

class Service implements LanguageService {
  readonly #functions: ReadonlyMap<string, HostFunction>;
  readonly #files = new Map<string, Entry>();
  #samples: readonly SampledStream[] = [];

  constructor(functions: ReadonlyMap<string, HostFunction>) {
    this.#functions = functions;
  }

  setText(file: string, text: string, version?: number): void {
    const before = this.#files.get(file);
    const next = version ?? (before?.source.version ?? 0) + 1;
    const source =
      before?.source.text === text ? before.source.withVersion(next) : new SourceText(file, text, next, before?.source);
    this.#files.set(file, { source, analysis: null, occurrences: null });
    if (before?.source.text !== text) this.#forget();
  }

  removeFile(file: string): void {
    if (this.#files.delete(file)) this.#forget();
  }

  version(file: string): number | undefined {
    return this.#files.get(file)?.source.version;
  }

  setSamples(samples: readonly SampledStream[]): void {
    this.#samples = samples;
  }

  diagnostics(file: string): readonly ServiceDiagnostic[] {
    const { source, diagnostics } = this.#analysis(file);
    return diagnostics.map((diagnostic) => serviceDiagnostic(diagnostic, source));
  }

  complete(file: string, caret: Caret): Completions {
    const { source } = this.#entry(file);
    return complete(source, source.offset(caret), {
      around: this.#around(file),
      functions: this.#functions,
      samples: this.#samples,
    });
  }

  hover(file: string, caret: Caret): Hover | null {
    const analysis = this.#analysis(file);
    return hover(analysis, this.#occurrences(file), analysis.source.offset(caret), this.#samples);
  }

  signatureHelp(file: string, caret: Caret): SignatureHelp | null {
    const { source } = this.#entry(file);
    return signatureHelp(source, source.offset(caret), this.#functions);
  }

  definition(file: string, caret: Caret): readonly Location[] {
    const place = this.#placeAt(file, caret);
    return place === undefined ? [] : definitions(this.#names(), place);
  }

  references(
    file: string,
    caret: Caret,
    { declarations = true }: { readonly declarations?: boolean } = {},
  ): readonly Location[] {
    const place = this.#placeAt(file, caret);
    return place === undefined ? [] : references(this.#names(), place, declarations);
  }

  highlights(file: string, caret: Caret): readonly Range[] {
    const place = this.#placeAt(file, caret);
    if (place === undefined) return [];
    const names = { source: this.#entry(file).source, occurrences: this.#occurrences(file) };
    const wanted = linkedSymbols([names], place.symbols);
    return names.occurrences.filter((other) => isOneOf(other, wanted)).map(({ span }) => names.source.range(span));
  }

  renameTarget(file: string, caret: Caret): RenameTarget {
    return renameTarget(this.#renameFiles(), this.#entry(file).source, this.#placeAt(file, caret));
  }

  rename(file: string, caret: Caret, newName: string): RenameResult {
    const files = this.#renameFiles();
    const place = this.#placeAt(file, caret);
    const target = renameTarget(files, this.#entry(file).source, place);
    if (!target.ok) return target;
    if (place === undefined) return { ok: false, reason: "only names can be renamed" };
    return rename(files, place, newName, (texts) => {
      const sources = [...texts].map(([name, text]) => new SourceText(name, text, 0));
      return sources.map((source) => this.#analyse(source, sources));
    });
  }

  symbols(file: string): readonly DocumentSymbol[] {
    return documentSymbols(this.#entry(file).source);
  }

  folding(file: string): readonly FoldingRange[] {
    return foldingRanges(this.#entry(file).source);
  }

  semanticTokens(file: string, within?: { readonly start: Caret; readonly end: Caret }): readonly SemanticToken[] {
    const analysis = this.#analysis(file);
    return semanticTokens(analysis, this.#occurrences(file), spanWithin(analysis.source, within));
  }

  inlayHints(file: string, within?: { readonly start: Caret; readonly end: Caret }): readonly InlayHint[] {
    const analysis = this.#analysis(file);
    return inlayHints(analysis, this.#occurrences(file), spanWithin(analysis.source, within));
  }

  codeActions(file: string, start: Caret, end: Caret): readonly CodeAction[] {
    const analysis = this.#analysis(file);
    return codeActions(analysis, analysis.source.offset(start), analysis.source.offset(end));
  }

  format(file: string): readonly TextEdit[] {
    return formatFile(this.#entry(file).source);
  }

  formatRange(file: string, start: Caret, end: Caret): readonly TextEdit[] {
    const { source } = this.#entry(file);
    return formatRange(source, source.offset(start), source.offset(end));
  }

  rules(file: string): readonly RuleEntry[] {
    return ruleList(this.#analysis(file));
  }

  /** Files look at each other: what one declares may matter to all. */
  #forget(): void {
    for (const entry of this.#files.values()) {
      entry.analysis = null;
      entry.occurrences = null;
    }
  }

  #entry(file: string): Entry {
    return this.#files.get(file) ?? { source: new SourceText(file, "", 0), analysis: null, occurrences: null };
  }

  #around(file: string): readonly SourceText[] {
    return [...this.#files.values()].map(({ source }) => source).filter((source) => source.file !== file);
  }

  #analysis(file: string): Analysis {
    const entry = this.#entry(file);
    entry.analysis ??= this.#analyse(entry.source, this.#around(file));
    return entry.analysis;
  }

  #analyse(source: SourceText, all: readonly SourceText[]): Analysis {
    return analyse(
      source,
      all.filter((other) => other.file !== source.file),
      this.#functions,
    );
  }

  #occurrences(file: string): readonly Occurrence[] {
    const entry = this.#entry(file);
    entry.occurrences ??= occurrencesOf(this.#analysis(file));
    return entry.occurrences;
  }

  #placeAt(file: string, caret: Caret): Occurrence | undefined {
    return occurrenceAt(this.#occurrences(file), this.#entry(file).source.offset(caret));
  }

  #names(): readonly { readonly source: SourceText; readonly occurrences: readonly Occurrence[] }[] {
    return [...this.#files].map(([file, { source }]) => ({ source, occurrences: this.#occurrences(file) }));
  }

  #renameFiles(): readonly RenameFile[] {
    return [...this.#files.keys()].map((file) => ({
      analysis: this.#analysis(file),
      occurrences: this.#occurrences(file),
    }));
  }
}

function spanWithin(
  source: SourceText,
  within: { readonly start: Caret; readonly end: Caret } | undefined,
): Span | undefined {
  return within === undefined ? undefined : { start: source.offset(within.start), end: source.offset(within.end) };
}
