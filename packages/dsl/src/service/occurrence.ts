import type { Dur, Name, RuleDecl, Span } from "../ast.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Analysis } from "./analysis.ts";
import { FieldSymbols } from "./field-symbols.ts";
import type { SymbolKind } from "./service-types.ts";

/**
 * A place where a name stands for something.
 *
 * `symbols` are what it stands for: several where a field is one of several streams. Places that share a symbol are the same name,
 * and are renamed together. A symbol that begins with `?` is a name of events that nothing declares.
 */
export interface Occurrence {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly symbols: readonly string[];
  readonly span: Span;
  readonly declaration: boolean;
  /** Where the value begins that is written once for two names, `{ amount }` for `{ amount: amount }`; else `null`. */
  readonly shortStart: number | null;
  /** `string`: the name is the value of a string. */
  readonly form: "name" | "string";
}

/** Collects the places of one file, with what is needed to tell what they stand for. */
export class OccurrenceCollector {
  readonly found: Occurrence[] = [];
  readonly analysis: Analysis;
  readonly symbols: FieldSymbols;
  /** Of the rules of the file that were looked at. */
  readonly facts: ReadonlyMap<RuleDecl, RuleFacts>;
  /** Where short data begin, by where their names do: the same text names two things. */
  readonly short: Map<number, number> = new Map();

  constructor(analysis: Analysis) {
    this.analysis = analysis;
    this.symbols = new FieldSymbols(analysis);
    const own = analysis.checked.rules.filter(({ rule }) => rule.unit === analysis.unit);
    this.facts = new Map(own.map((facts) => [facts.decl, facts]));
  }

  add(
    kind: SymbolKind,
    { span, text }: { readonly text: string; readonly span: Span },
    symbols: readonly string[],
    declaration = false,
    form: Occurrence["form"] = "name",
  ): void {
    const named = kind === "field" || kind === "data";
    const shortStart = named ? (this.short.get(span.start) ?? null) : null;
    this.found.push({ kind, name: text, symbols, span, declaration, shortStart, form });
  }

  addStream(name: Name | undefined): void {
    if (name !== undefined) this.add("stream", name, [`stream:${name.text}`]);
  }

  /** Those that are named: PARAMs. */
  addDurations(...durations: readonly (Dur | undefined)[]): void {
    for (const dur of durations) {
      if (dur?.kind === "name") this.add("param", { text: dur.name, span: dur.span }, [`param:${dur.name}`]);
    }
  }
}
