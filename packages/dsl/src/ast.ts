/**
 * The tree of a rule file, as written: nothing resolved, nothing expanded.
 *
 * Plain data. Every node has the span of its text. A construct the parser could not read is left out of its list or is an
 * `ErrorExpr`; the diagnostics say why.
 */

/** A half-open range of the text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Node {
  readonly span: Span;
}

/** A name as it counts (without back-ticks). */
export interface Name extends Node {
  readonly text: string;
}

export interface SourceFile extends Node {
  readonly kind: "file";
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
}

/** A line or block comment, delimiters included in `text`. */
export interface Comment extends Node {
  readonly text: string;
}

export type Declaration = StreamDecl | TableDecl | ParamDecl | LetDecl | RuleDecl | TestDecl;

export type TypeName = "STRING" | "NUMBER" | "BOOLEAN" | "TIME" | "DURATION" | "LIST" | "OBJECT" | "ANY";

export interface FieldDecl extends Node {
  readonly name: Name;
  readonly optional: boolean;
  /** `OBJECT` with `fields` where the type is written as `{ … }`. */
  readonly type: TypeName;
  readonly fields?: readonly FieldDecl[];
}

export type TimeUnit = "MILLISECONDS" | "SECONDS" | "MICROSECONDS";

export type TimeDecl =
  | (Node & { readonly kind: "arrival" })
  | (Node & { readonly kind: "field"; readonly field: Name; readonly unit?: TimeUnit });

export interface StreamDecl extends Node {
  readonly kind: "stream";
  readonly name: Name;
  readonly fields?: readonly FieldDecl[];
  readonly time?: TimeDecl;
  readonly lateness?: Dur;
  readonly ahead?: Dur;
}

export interface TableDecl extends Node {
  readonly kind: "table";
  readonly name: Name;
  readonly key: Name;
  readonly fields?: readonly FieldDecl[];
}

export interface ParamDecl extends Node {
  readonly kind: "param";
  readonly name: Name;
  readonly value: Expr;
}

export interface LetDecl extends Node {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expr;
}

/** Where the language takes a duration: a literal, or the name of a PARAM that holds one. */
export type Dur =
  | (Node & { readonly kind: "duration"; readonly ms: number })
  | (Node & { readonly kind: "name"; readonly name: string });

export interface RuleDecl extends Node {
  readonly kind: "rule";
  /** Absent: named `rule_N` by its position among the rules of the file. */
  readonly name?: Name;
  readonly title?: StringLit;
  readonly from?: readonly Name[];
  readonly where?: Expr;
  readonly by?: readonly KeyExpr[];
  readonly window?: Window;
  readonly sequence?: Sequence;
  readonly match?: Match;
  readonly expire?: Dur;
  /** In the order written; one without `when` for "no WHEN". Never empty unless the text is in error. */
  readonly branches: readonly Branch[];
  readonly cooldown?: Cooldown;
}

export interface KeyExpr extends Node {
  readonly expr: Expr;
  readonly as?: Name;
}

export type Window =
  | (Node & {
      readonly kind: "within";
      readonly length: Dur;
      readonly precision?: Dur;
      readonly every?: Dur;
      readonly offset?: Dur;
    })
  | (Node & { readonly kind: "every"; readonly every: Dur; readonly offset?: Dur })
  | (Node & { readonly kind: "last"; readonly count: number })
  | (Node & { readonly kind: "session"; readonly gap: Dur; readonly max?: Dur });

export interface Match extends Node {
  readonly mode: "each" | "latest" | "all";
  /** Of `ALL LIMIT n`. */
  readonly limit?: number;
}

export interface Cooldown extends Node {
  readonly duration: Dur;
  readonly per?: Expr;
}

export interface Branch extends Node {
  /** The condition; absent for a rule without WHEN. */
  readonly when?: Expr;
  /** The condition stood bare behind its window clause, without the word WHEN. */
  readonly bare: boolean;
  readonly for?: Dur;
  readonly emit: Emit;
}

export type SeverityName = "INFO" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

export interface Emit extends Node {
  readonly each: boolean;
  readonly severity: SeverityName;
  readonly message?: Message;
  readonly data?: readonly Datum[];
  readonly into?: Name;
  /** Sinks by name or string. */
  readonly to?: readonly Name[];
  readonly resolve: boolean;
}

/** A message string, taken apart: texts (`{{` already `{`) and expressions in turn. `literal` is the string as written. */
export interface Message extends Node {
  readonly literal: StringLit;
  readonly parts: readonly (string | Expr)[];
}

export interface Datum extends Node {
  readonly name: Name;
  readonly value: Expr;
  /** Written as a path alone, `device.ip` for `ip: device.ip`. */
  readonly short: boolean;
}

// ---------------------------------------------------------------- sequences

export interface Sequence extends Node {
  readonly steps: readonly Step[];
}

export type Step = PlainStep | GroupStep;

export interface Quantifier extends Node {
  readonly min: number;
  /** `null`: no maximum. */
  readonly max: number | null;
}

export interface PlainStep extends Node {
  readonly kind: "step";
  /** THEN NEXT before it. */
  readonly next: boolean;
  readonly not: boolean;
  /** What stands before `:`; absent where only a stream is named. */
  readonly alias?: Name;
  /** Absent where `alias: WHERE …` leaves it out. */
  readonly stream?: Name;
  readonly quantifier?: Quantifier;
  readonly where?: Expr;
  readonly by?: readonly Expr[];
}

export interface GroupStep extends Node {
  readonly kind: "group";
  readonly next: boolean;
  readonly mode: "all" | "any";
  readonly members: readonly PlainStep[];
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | NumberLit
  | DurationLit
  | StringLit
  | BooleanLit
  | NullLit
  | NameExpr
  | MemberExpr
  | IndexExpr
  | UnaryExpr
  | BinaryExpr
  | InExpr
  | BetweenExpr
  | TextExpr
  | IsNullExpr
  | CaseExpr
  | CallExpr
  | AggregateExpr
  | ErrorExpr;

export interface NumberLit extends Node {
  readonly kind: "number";
  readonly value: number;
  /** As written: `1_000`. */
  readonly text: string;
}

export interface DurationLit extends Node {
  readonly kind: "duration";
  readonly ms: number;
  readonly text: string;
}

export interface StringLit extends Node {
  readonly kind: "string";
  readonly value: string;
  readonly text: string;
}

export interface BooleanLit extends Node {
  readonly kind: "boolean";
  readonly value: boolean;
}

export interface NullLit extends Node {
  readonly kind: "null";
}

/** A lone name: a field, an alias, a PARAM, a LET or a table. */
export interface NameExpr extends Node {
  readonly kind: "name";
  readonly name: string;
}

/** `object.name` */
export interface MemberExpr extends Node {
  readonly kind: "member";
  readonly object: Expr;
  readonly name: Name;
}

/** `object[index]` */
export interface IndexExpr extends Node {
  readonly kind: "index";
  readonly object: Expr;
  readonly index: Expr;
}

export interface UnaryExpr extends Node {
  readonly kind: "unary";
  readonly op: "-" | "NOT";
  readonly operand: Expr;
}

/** `==` is read as `=`, `<>` as `!=`. */
export type BinaryOp = "OR" | "AND" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";

export interface BinaryExpr extends Node {
  readonly kind: "binary";
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** `x IN (a, b)` has `items`; `x IN table` or `x IN list` has `list`. */
export interface InExpr extends Node {
  readonly kind: "in";
  readonly not: boolean;
  readonly operand: Expr;
  readonly items?: readonly Expr[];
  readonly list?: Expr;
}

export interface BetweenExpr extends Node {
  readonly kind: "between";
  readonly not: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
}

export interface TextExpr extends Node {
  readonly kind: "text";
  readonly op: "LIKE" | "MATCHES" | "CONTAINS" | "STARTS WITH" | "ENDS WITH";
  readonly not: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
}

export interface IsNullExpr extends Node {
  readonly kind: "is-null";
  readonly not: boolean;
  readonly operand: Expr;
}

export interface CaseExpr extends Node {
  readonly kind: "case";
  readonly arms: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly else?: Expr;
}

/** A function, `name` in upper case; also PREV, ELAPSED and SPEED_KMH. */
export interface CallExpr extends Node {
  readonly kind: "call";
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expr[];
}

export type AggregateName =
  | "COUNT"
  | "SUM"
  | "AVG"
  | "MIN"
  | "MAX"
  | "STDDEV"
  | "STDDEV_POP"
  | "VARIANCE"
  | "MEDIAN"
  | "PERCENTILE"
  | "FIRST"
  | "LAST"
  | "RATE"
  | "ZSCORE"
  | "APPROX_DISTINCT"
  | "APPROX_PERCENTILE";

export interface AggregateExpr extends Node {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  readonly nameSpan: Span;
  readonly prior: boolean;
  readonly distinct: boolean;
  readonly args: readonly Expr[];
  readonly over?: Dur;
}

/** What could not be read; a diagnostic stands at its span. */
export interface ErrorExpr extends Node {
  readonly kind: "error";
}

// ---------------------------------------------------------------- tests

export interface TestDecl extends Node {
  readonly kind: "test";
  readonly title: StringLit;
  readonly items: readonly TestItem[];
}

export type TestItem = GivenItem | ExpectItem | UntilItem | TestParamItem | TestTableItem;

export interface GivenItem extends Node {
  readonly kind: "given";
  readonly stream: Name;
  readonly event: ObjectLit;
  readonly at: readonly Dur[];
}

export interface ExpectItem extends Node {
  readonly kind: "expect";
  /** Absent for EXPECT NOTHING. */
  readonly rule?: Name;
  readonly severity?: SeverityName;
  readonly resolved: boolean;
  readonly at?: Dur;
  readonly fields?: ObjectLit;
}

export interface UntilItem extends Node {
  readonly kind: "until";
  readonly time: Dur;
}

export interface TestParamItem extends Node {
  readonly kind: "test-param";
  readonly name: Name;
  readonly value: Literal;
}

export interface TestTableItem extends Node {
  readonly kind: "test-table";
  readonly table: Name;
  readonly row: ObjectLit;
}

export type Literal = NumberLit | DurationLit | StringLit | BooleanLit | NullLit | ObjectLit | ListLit;

/** A negative number literal has a negative `value`. */
export interface ObjectLit extends Node {
  readonly kind: "object";
  readonly pairs: readonly { readonly name: Name; readonly value: Literal }[];
}

export interface ListLit extends Node {
  readonly kind: "list";
  readonly items: readonly Literal[];
}
