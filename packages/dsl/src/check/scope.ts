import type { Expr, Span } from "../ast.ts";
import type { Names } from "./names.ts";
import type { Report } from "./report.ts";
import type { StreamShape } from "./stream-shape.ts";
import type { Type } from "./type.ts";

/** Where an expression stands. */
export type Place = "WHERE" | "BY" | "WHERE of a step" | "BY of a step" | "WHEN" | "EMIT" | "COOLDOWN PER" | "LET";

/** What an alias of a sequence stands for. */
export interface Alias {
  readonly name: string;
  /** Written before a colon; else the stream's name. */
  readonly explicit: boolean;
  /** Position of its step. */
  readonly step: number;
  readonly group: "all" | "any" | null;
  readonly not: boolean;
  /** Whether its step takes more than one event. */
  readonly repeats: boolean;
  readonly streams: readonly StreamShape[];
}

/** What names mean in the expressions of a sequence. */
export interface SequenceScope {
  readonly aliases: ReadonlyMap<string, Alias>;
  /** Some step could not be read: a name that none has may be its. */
  readonly broken: boolean;
  /** In WHEN and EMIT a bare field is a key by its name. */
  readonly keys: ReadonlyMap<string, { readonly index: number; readonly type: Type }>;
}

/** What is needed to tell what a name stands for. */
export interface NameScope {
  readonly names: Names;
  readonly place: Place;
  readonly sequence: SequenceScope | null;
}

/** An aggregate, PREV or SPEED_KMH around an expression. */
export interface Around {
  readonly name: string;
  /** In a sequence: the aliases met inside. */
  readonly aliases: Set<string>;
}

/** Where an expression is checked. */
export interface Scope extends NameScope {
  /** Checks a part of an expression: `checkExpression`, which calls what calls this. */
  readonly check: (expr: Expr, scope: Scope) => Type;
  readonly report: Report;
  /** Whose fields bare names are; `null`: any stream's. */
  readonly streams: readonly StreamShape[] | null;
  /** The alias whose WHERE it is. */
  readonly own: Alias | null;
  readonly around: Around | null;
  /** Where the LET that is being written out is used: what is wrong with it there is reported there. */
  readonly site: Span | null;
  /** Whether the window has a length, for RATE. */
  readonly hasLength: boolean;
  /** Names given to BY expressions with AS. */
  readonly keyNames: ReadonlySet<string>;
}

/** Whether aggregates, PREV, ELAPSED and SPEED_KMH may stand there. */
export function seesMany(place: Place): boolean {
  return place === "WHEN" || place === "EMIT" || place === "COOLDOWN PER" || place === "LET";
}

/** The place to report something at: that of the expression, or of the LET that brought it. */
export function at(scope: Scope, span: Span): Span {
  return scope.site ?? span;
}
