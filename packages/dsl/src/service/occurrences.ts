import type {
  Declaration,
  Dur,
  Expr,
  FieldDecl,
  MemberExpr,
  Name,
  NameExpr,
  RuleDecl,
  Span,
  StreamDecl,
  StringLit,
  TableDecl,
  TestDecl,
} from "../ast.ts";
import { shapeNamed } from "../check/names.ts";
import { resolveName } from "../check/resolve-name.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Scope } from "../check/scope.ts";
import { expressionChildren } from "../expression-children.ts";
import type { Analysis } from "./analysis.ts";
import { FieldSymbols } from "./field-symbols.ts";
import type { SymbolKind } from "./service-types.ts";

/**
 * A place where a name stands for something.
 *
 * `symbols` are what it stands for: several where a field is one of several streams. Places that share a symbol are the same name,
 * and are renamed together.
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

/** All of a file, in no order. A symbol that begins with `?` is a name of events that nothing declares. */
export function occurrencesOf(analysis: Analysis): readonly Occurrence[] {
  const collector = new Collector(analysis);
  for (const declaration of analysis.file.declarations) collector.declaration(declaration);
  return collector.found;
}

class Collector {
  readonly found: Occurrence[] = [];
  readonly #analysis: Analysis;
  readonly #symbols: FieldSymbols;
  readonly #facts: ReadonlyMap<RuleDecl, RuleFacts>;
  /** Where short data begin, by where their names do: the same text names two things. */
  readonly #short = new Map<number, number>();
  /** The rule that is being looked at. */
  #rule: RuleFacts | undefined;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#symbols = new FieldSymbols(analysis);
    this.#facts = new Map(analysis.checked.rules.map((facts) => [facts.decl, facts]));
  }

  declaration(declaration: Declaration): void {
    switch (declaration.kind) {
      case "stream":
        this.#stream(declaration);
        break;
      case "table":
        this.#table(declaration);
        break;
      case "param":
      case "let":
        this.#add(declaration.kind, declaration.name, [`${declaration.kind}:${declaration.name.text}`], true);
        this.#expression(declaration.value, null);
        break;
      case "rule":
        this.#rule = this.#facts.get(declaration);
        this.#addRule(declaration);
        this.#rule = undefined;
        break;
      case "test":
        this.#test(declaration);
        break;
    }
  }

  #add(
    kind: SymbolKind,
    name: { readonly text: string; readonly span: Span },
    symbols: readonly string[],
    declaration = false,
  ): void {
    const { span, text } = name;
    const named = kind === "field" || kind === "data";
    const shortStart = named ? (this.#short.get(span.start) ?? null) : null;
    this.found.push({ kind, name: text, symbols, span, declaration, shortStart, form: "name" });
  }

  #stream(decl: StreamDecl): void {
    const stream = decl.name.text;
    this.#add("stream", decl.name, [`stream:${stream}`], true);
    this.#fields(decl.fields ?? [], `field:${stream}`);
    if (decl.time?.kind === "field") {
      const { field } = decl.time;
      const listed = decl.fields?.some(({ name }) => name.text === field.text) === true;
      this.#add("field", field, [`field:${stream}/${field.text}`], !listed);
    }
    this.#durations(decl.lateness, decl.ahead);
  }

  #table(decl: TableDecl): void {
    const table = decl.name.text;
    this.#add("table", decl.name, [`table:${table}`], true);
    const listed = decl.fields?.some(({ name }) => name.text === decl.key.text) === true;
    this.#add("field", decl.key, [`row:${table}/${decl.key.text}`], !listed);
    this.#fields(decl.fields ?? [], `row:${table}`);
  }

  #fields(fields: readonly FieldDecl[], owner: string): void {
    for (const { name, fields: inner } of fields) {
      this.#add("field", name, [`${owner}/${name.text}`], true);
      if (inner !== undefined) this.#fields(inner, `${owner}/${name.text}`);
    }
  }

  #durations(...durations: readonly (Dur | undefined)[]): void {
    for (const dur of durations) {
      if (dur?.kind === "name") this.#add("param", { text: dur.name, span: dur.span }, [`param:${dur.name}`]);
    }
  }

  #streamNames(names: readonly (Name | undefined)[]): void {
    for (const name of names) if (name !== undefined) this.#add("stream", name, [`stream:${name.text}`]);
  }

  #addRule(decl: RuleDecl): void {
    const rule = this.#ruleName(decl);
    if (decl.name !== undefined) this.#add("rule", decl.name, [`rule:${rule}`], true);
    this.#streamNames(decl.from ?? []);
    this.#expression(decl.where, null);
    for (const { expr, as } of decl.by ?? []) this.#addKey(expr, as, rule);
    const { window } = decl;
    if (window?.kind === "within") this.#durations(window.length, window.precision, window.every, window.offset);
    if (window?.kind === "every") this.#durations(window.every, window.offset);
    if (window?.kind === "session") this.#durations(window.gap, window.max);
    this.#steps(decl, rule);
    for (const { when, for: wait, emit } of decl.branches) {
      this.#expression(when, null);
      this.#durations(wait);
      for (const part of emit.message?.parts ?? []) if (typeof part !== "string") this.#expression(part, null);
      for (const { name, value, short } of emit.data ?? []) {
        if (short) this.#short.set(name.span.start, value.span.start);
        this.#expression(value, null);
        this.#add("data", name, [`data:${rule}/${name.text}`, ...this.#written(name.text)], true);
      }
      if (emit.into !== undefined) {
        const { into } = emit;
        const declared = this.#analysis.checked.names.streams.has(into.text);
        this.#add("stream", into, [`stream:${into.text}`], !declared);
      }
      for (const sink of emit.to ?? []) this.#add("sink", sink, [`sink:${sink.text}`]);
    }
    this.#durations(decl.cooldown?.duration, decl.expire);
    this.#expression(decl.cooldown?.per, null);
  }

  /** A key is also a field of the streams that the rule writes. */
  #addKey(expr: Expr, as: Name | undefined, rule: string): void {
    const before = this.found.length;
    this.#expression(expr, null);
    if (as !== undefined) {
      this.#add("key", as, [`key:${rule}/${as.text}`, ...this.#written(as.text)], true);
      return;
    }
    const last = expr.kind === "member" ? expr.name.span : expr.span;
    for (const [i, place] of this.found.entries()) {
      if (i < before || place.kind !== "field" || place.span.start !== last.start) continue;
      this.found[i] = { ...place, symbols: [...place.symbols, ...this.#written(place.name)] };
    }
  }

  #written(name: string): readonly string[] {
    return this.#rule === undefined ? [] : this.#symbols.written(this.#rule, name);
  }

  #steps(decl: RuleDecl, rule: string): void {
    for (const step of decl.sequence?.steps ?? []) {
      for (const { alias, stream, where, by = [] } of step.kind === "group" ? step.members : [step]) {
        if (alias !== undefined) this.#add("alias", alias, [`alias:${rule}/${alias.text}`], true);
        this.#streamNames([stream]);
        this.#expression(where, null);
        for (const expr of by) this.#expression(expr, null);
      }
    }
  }

  /** `outer`: the scope of the expression around. */
  #expression(expr: Expr | undefined, outer: Scope | null): void {
    const rest: [Expr, Scope | null][] = expr === undefined ? [] : [[expr, outer]];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [node, around] = next;
      const scope = this.#analysis.findings.get(node)?.scope ?? around;
      if (node.kind === "aggregate") this.#durations(node.over);
      for (const literal of streamNamesIn(node)) this.#addStreamText(literal);
      if (node.kind === "name") this.#name(node, scope, false);
      else if (node.kind === "member") {
        this.#member(node, scope);
        if (node.object.kind === "name") this.#name(node.object, scope, true);
        else rest.push([node.object, scope]);
      } else rest.push(...expressionChildren(node).map((child): [Expr, Scope | null] => [child, scope]));
    }
  }

  /** `STREAM_NAME() = "payments"` */
  #addStreamText({ value, span }: StringLit): void {
    this.found.push({
      kind: "stream",
      name: value,
      symbols: [`stream:${value}`],
      span,
      declaration: false,
      shortStart: null,
      form: "string",
    });
  }

  #name(expr: NameExpr, scope: Scope | null, dotted: boolean): void {
    const name = { text: expr.name, span: expr.span };
    if (scope === null) return;
    const found = resolveName(scope, expr.name, dotted);
    switch (found.kind) {
      case "alias": {
        const rule = this.#rule === undefined ? "" : this.#rule.rule.name;
        if (found.alias.explicit) this.#add("alias", name, [`alias:${rule}/${expr.name}`]);
        else this.#add("stream", name, [`stream:${expr.name}`]);
        break;
      }
      case "param":
      case "let":
      case "table":
        this.#add(found.kind, name, [`${found.kind}:${expr.name}`]);
        break;
      case "key":
        this.#add(
          "field",
          name,
          this.#rule === undefined ? [`?${expr.name}`] : this.#symbols.ofKey(this.#rule, expr.name),
        );
        break;
      case "field":
        this.#add("field", name, this.#symbols.ofField(scope.streams, expr.name));
    }
  }

  #member(expr: MemberExpr, scope: Scope | null): void {
    if (scope === null) return;
    const symbols = this.#symbols.ofPath(expr, scope);
    if (symbols !== null) this.#add("field", expr.name, symbols);
  }

  #test(test: TestDecl): void {
    for (const item of test.items) {
      switch (item.kind) {
        case "given":
          this.#streamNames([item.stream]);
          for (const { name } of item.event.pairs) {
            const stream = item.stream.text;
            this.#add(
              "field",
              name,
              this.#symbols.ofField([shapeNamed(this.#analysis.checked.names, stream)], name.text),
            );
          }
          this.#durations(...item.at);
          break;
        case "expect":
          this.#expect(item.rule, item.fields?.pairs ?? []);
          this.#durations(item.at);
          break;
        case "until":
          this.#durations(item.time);
          break;
        case "test-param":
          this.#add("param", item.name, [`param:${item.name.text}`]);
          break;
        case "test-table":
          this.#add("table", item.table, [`table:${item.table.text}`]);
          for (const { name } of item.row.pairs) this.#add("field", name, [`row:${item.table.text}/${name.text}`]);
      }
    }
  }

  #expect(rule: Name | undefined, pairs: readonly { readonly name: Name }[]): void {
    if (rule === undefined) return;
    this.#add("rule", rule, [`rule:${rule.text}`]);
    const facts = this.#analysis.checked.rules.find(
      (candidate) => candidate.rule.name === rule.text && candidate.rule.unit === this.#analysis.unit,
    );
    for (const { name } of pairs) {
      const key = facts?.keys.find((candidate) => candidate.name === name.text);
      if (facts === undefined || key === undefined) this.#add("data", name, [`data:${rule.text}/${name.text}`]);
      else this.#add(key.as === undefined ? "field" : "key", name, this.#symbols.ofKey(facts, name.text));
    }
  }

  #ruleName(decl: RuleDecl): string {
    return this.#facts.get(decl)?.rule.name ?? decl.name?.text ?? `@${decl.span.start}`;
  }
}

/** The texts that a condition compares the name of the stream with. */
function streamNamesIn(expr: Expr): readonly StringLit[] {
  const isName = (side: Expr): boolean => side.kind === "call" && side.name === "STREAM_NAME";
  const texts = (parts: readonly Expr[]): readonly StringLit[] => parts.filter((part) => part.kind === "string");
  if (expr.kind === "binary" && (expr.op === "=" || expr.op === "!=")) {
    return isName(expr.left) || isName(expr.right) ? texts([expr.left, expr.right]) : [];
  }
  return expr.kind === "in" && isName(expr.operand) ? texts(expr.items ?? []) : [];
}
