import type { Expr } from "../ast.ts";
import type { Names } from "../check/names.ts";
import { resolveName } from "../check/resolve-name.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Scope } from "../check/scope.ts";
import type { StreamShape } from "../check/stream-shape.ts";
import type { Analysis } from "./analysis.ts";

/** Streams that feed each other are followed so far. */
const MAX_CHAIN = 16;

/** Tells which symbols a field, a path or a key stands for. */
export class FieldSymbols {
  readonly #analysis: Analysis;
  readonly #writers: ReadonlyMap<string, readonly RuleFacts[]>;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    const written = analysis.checked.rules.flatMap((facts) =>
      streamsWritten(facts).map((stream): [string, RuleFacts] => [stream, facts]),
    );
    const grouped = Map.groupBy(written, ([stream]) => stream);
    this.#writers = new Map([...grouped].map(([stream, pairs]) => [stream, pairs.map(([, facts]) => facts)]));
  }

  get #names(): Names {
    return this.#analysis.checked.names;
  }

  /** A field of one of those streams (`null`: of any); `?name` where nothing declares it. */
  ofField(streams: readonly StreamShape[] | null, name: string): readonly string[] {
    const found = this.#declared(streams, name, 0);
    return found.length === 0 ? [`?${name}`] : found;
  }

  /** What the last name of a path stands for; `null`: nothing that is known by name. */
  ofPath(expr: Expr, scope: Scope): readonly string[] | null {
    return this.#path(expr, scope, 0);
  }

  /** A key by its name in alerts. */
  ofKey(facts: RuleFacts, name: string): readonly string[] {
    const found = this.#key(facts, name, 0);
    return found.length === 0 ? [`?${name}`] : found;
  }

  /** The fields that a key or a value of a rule becomes where the rule writes declared streams. */
  written(facts: RuleFacts, name: string): readonly string[] {
    return streamsWritten(facts).flatMap((stream) =>
      this.#names.shapes.get(stream)?.fields?.types.has(name) === true ? [`field:${stream}/${name}`] : [],
    );
  }

  #declared(streams: readonly StreamShape[] | null, name: string, chain: number): readonly string[] {
    const shapes = streams ?? [...this.#names.shapes.values()];
    return [...new Set(shapes.flatMap((shape) => this.#fieldOf(shape, name, chain)))];
  }

  /** Of a stream that is derived and not declared: what its rules give that name to. */
  #fieldOf({ name: stream, fields }: StreamShape, name: string, chain: number): readonly string[] {
    if (fields !== null) return fields.types.has(name) ? [`field:${stream}/${name}`] : [];
    if (chain >= MAX_CHAIN) return [];
    return (this.#writers.get(stream) ?? []).flatMap((facts) => {
      const isData = facts.decl.branches.some(
        ({ emit }) => emit.data?.some((datum) => datum.name.text === name) === true,
      );
      return isData ? [`data:${facts.rule.name}/${name}`] : this.#key(facts, name, chain + 1);
    });
  }

  #key(facts: RuleFacts, name: string, chain: number): readonly string[] {
    const key = facts.keys.find((candidate) => candidate.name === name);
    if (key === undefined) return [];
    if (key.as !== undefined) return [`key:${facts.rule.name}/${name}`];
    const scope = this.#analysis.findings.get(key.expr)?.scope;
    if (scope !== undefined) return this.#path(key.expr, scope, chain) ?? [];
    return key.expr.kind === "name" ? this.#declared(facts.streams, key.expr.name, chain) : [];
  }

  #path(expr: Expr, scope: Scope, chain: number): readonly string[] | null {
    if (expr.kind === "name") {
      const found = resolveName(scope, expr.name, true);
      return found.kind === "field" ? this.#orUnknown(scope.streams, expr.name, chain) : null;
    }
    if (expr.kind === "index") {
      const isTable = expr.object.kind === "name" && resolveName(scope, expr.object.name, false).kind === "table";
      return isTable && expr.object.kind === "name" ? [`row:${expr.object.name}`] : null;
    }
    if (expr.kind !== "member") return null;
    if (expr.object.kind === "name") {
      const found = resolveName(scope, expr.object.name, true);
      if (found.kind === "alias") return this.#orUnknown(found.alias.streams, expr.name.text, chain);
    }
    return this.#path(expr.object, scope, chain)?.map((symbol) => `${symbol}/${expr.name.text}`) ?? null;
  }

  #orUnknown(streams: readonly StreamShape[] | null, name: string, chain: number): readonly string[] {
    const found = this.#declared(streams, name, chain);
    return found.length === 0 ? [`?${name}`] : found;
  }
}

function streamsWritten({ decl }: RuleFacts): readonly string[] {
  return [...new Set(decl.branches.flatMap(({ emit }) => emit.into?.text ?? []))];
}
