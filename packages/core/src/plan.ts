/**
 * The Plan: what a rule file means, as versioned JSON. The compiler of `@weir/dsl` writes it, the engine runs it, `weir explain`
 * prints it, and other back ends may read it. It holds no text of a rule but names, messages and constants.
 */

export const PLAN_VERSION = 1;

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  readonly streams: readonly StreamPlan[];
  readonly tables: readonly TablePlan[];
  readonly params: readonly ParamPlan[];
  /** In the order of the file, which is the order in which they run. */
  readonly rules: readonly RulePlan[];
}

export type TypeName = "STRING" | "NUMBER" | "BOOLEAN" | "TIME" | "DURATION" | "LIST" | "OBJECT" | "ANY";

export interface FieldPlan {
  readonly name: string;
  readonly type: TypeName;
  readonly optional: boolean;
  /** The fields of an `OBJECT` whose shape is declared. */
  readonly fields?: readonly FieldPlan[];
}

export type TimeUnit = "MILLISECONDS" | "SECONDS" | "MICROSECONDS";

/** A declared stream. */
export interface StreamPlan {
  readonly name: string;
  /** `null`: no fields were declared, all are ANY. */
  readonly fields: readonly FieldPlan[] | null;
  /** `null`: the first of `ts`, `timestamp`, `@timestamp`, `time` that is not NULL. */
  readonly time:
    | { readonly kind: "arrival" }
    | { readonly kind: "field"; readonly field: string; readonly unit: TimeUnit }
    | null;
  readonly lateness: Millis | null;
  readonly ahead: Millis | null;
}

export interface TablePlan {
  readonly name: string;
  readonly key: string;
  readonly fields: readonly FieldPlan[] | null;
}

export interface ParamPlan {
  readonly name: string;
  readonly type: TypeName;
  readonly value: PlanValue;
}

/** A length of time in milliseconds, or the PARAM (of type DURATION) that gives it when the engine is made. */
export type Millis = number | { readonly param: string };

/** A constant. TIME and DURATION are wrapped, in milliseconds. */
export type PlanValue = null | boolean | number | string | { readonly time: number } | { readonly duration: number };

// ---------------------------------------------------------------- rules

export interface RulePlan {
  readonly name: string;
  readonly title: string | null;
  /** The streams it reads, derived ones included; `null`: every stream but derived ones. */
  readonly from: readonly string[] | null;
  readonly where: PlanExpr | null;
  /** Empty: one key for all. For a sequence the names alone count; its expressions are in `sequence.keys`. */
  readonly key: readonly KeyPlan[];
  readonly window: WindowPlan | null;
  readonly sequence: SequencePlan | null;
  /** What `{ op: "aggregate", index }` points to. */
  readonly aggregates: readonly AggregatePlan[];
  /** In the order of the file; at one evaluation the first that is TRUE fires. Never empty. */
  readonly branches: readonly BranchPlan[];
  readonly cooldown: { readonly duration: Millis; readonly per: PlanExpr | null } | null;
  readonly expireAfter: Millis | null;
}

export interface KeyPlan {
  readonly name: string;
  readonly expr: PlanExpr;
}

export type WindowPlan =
  | { readonly kind: "within"; readonly length: Millis; readonly precision: Millis | null }
  | { readonly kind: "hopping"; readonly length: Millis; readonly every: Millis; readonly offset: Millis }
  | { readonly kind: "tumbling"; readonly every: Millis; readonly offset: Millis }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "session"; readonly gap: Millis; readonly max: Millis | null };

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
  | "APPROX_DISTINCT"
  | "APPROX_PERCENTILE";

/** One aggregate of a rule. ZSCORE is written out by the compiler, as (e − AVG(PRIOR e)) / STDDEV(PRIOR e). */
export interface AggregatePlan {
  readonly fn: AggregateName;
  /** The expression it aggregates; `null` for COUNT() and RATE(). */
  readonly arg: PlanExpr | null;
  readonly distinct: boolean;
  /** Leaves the current event out, where one is current. */
  readonly prior: boolean;
  /** A sliding window of its own. */
  readonly over: Millis | null;
  /** The p of PERCENTILE and APPROX_PERCENTILE, 0..100. */
  readonly percent: number | null;
  /** In a sequence: the alias whose bound events it aggregates. */
  readonly alias: string | null;
}

export type Severity = "INFO" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

export interface BranchPlan {
  readonly when: PlanExpr | null;
  /**
   * What the condition is about: `event` fires at each event for which it is TRUE, `window` opens an episode.
   * Without a condition: `event` (every event, closed window or match fires).
   */
  readonly about: "event" | "window";
  readonly for: Millis | null;
  readonly each: boolean;
  readonly severity: Severity;
  /** Texts and expressions in turn. */
  readonly message: readonly (string | PlanExpr)[] | null;
  readonly data: readonly { readonly name: string; readonly expr: PlanExpr }[];
  readonly into: string | null;
  readonly to: readonly string[];
  readonly resolve: boolean;
}

// ---------------------------------------------------------------- sequences

export interface SequencePlan {
  readonly steps: readonly StepPlan[];
  readonly match: { readonly mode: "default" | "each" | "latest" | "all"; readonly limit: number | null };
  readonly within: Millis | null;
  /** The key expressions of each stream the rule reads, in the order of `RulePlan.key`. */
  readonly keys: readonly { readonly stream: string; readonly exprs: readonly PlanExpr[] }[];
}

export type StepPlan =
  | PlainStepPlan
  | {
      readonly kind: "group";
      readonly mode: "all" | "any";
      readonly next: boolean;
      readonly members: readonly PlainStepPlan[];
    };

export interface PlainStepPlan {
  readonly kind: "step";
  readonly alias: string;
  /** The streams whose events it takes; more than one where FROM lists several and the step names none. */
  readonly streams: readonly string[];
  readonly next: boolean;
  readonly not: boolean;
  readonly min: number;
  /** `null`: no maximum. */
  readonly max: number | null;
  readonly where: PlanExpr | null;
}

// ---------------------------------------------------------------- expressions

export type CompareOp = "=" | "!=" | "<" | "<=" | ">" | ">=";
export type ArithmeticOp = "+" | "-" | "*" | "/" | "%";

/** An expression. Three-valued logic and the value rules of the language apply to every node. */
export type PlanExpr =
  | { readonly op: "value"; readonly value: PlanValue }
  | { readonly op: "param"; readonly name: string }
  /** A field of the current event (of the key's newest where none is current; of the candidate in a step). */
  | { readonly op: "field"; readonly name: string }
  /** A BY expression of the rule, by position: a constant of the key. */
  | { readonly op: "key"; readonly index: number }
  /** A field of the last event that the run bound to an alias; NULL where there is none. */
  | { readonly op: "bound"; readonly alias: string; readonly name: string }
  | { readonly op: "aggregate"; readonly index: number }
  | { readonly op: "prev"; readonly arg: PlanExpr }
  | { readonly op: "elapsed" }
  | { readonly op: "speed"; readonly lat: PlanExpr; readonly lon: PlanExpr }
  | { readonly op: "event-time" }
  | { readonly op: "stream-name" }
  | { readonly op: "member"; readonly object: PlanExpr; readonly name: string }
  | { readonly op: "index"; readonly object: PlanExpr; readonly index: PlanExpr }
  /** The row of a table with that key, an OBJECT; NULL where there is none. */
  | { readonly op: "row"; readonly table: string; readonly key: PlanExpr }
  /** Whether the table has a row with that key; NULL for a NULL key. */
  | { readonly op: "in-table"; readonly table: string; readonly key: PlanExpr; readonly not: boolean }
  | { readonly op: "not"; readonly arg: PlanExpr }
  | { readonly op: "negate"; readonly arg: PlanExpr }
  | { readonly op: "and" | "or"; readonly args: readonly PlanExpr[] }
  | { readonly op: "compare"; readonly cmp: CompareOp; readonly left: PlanExpr; readonly right: PlanExpr }
  | { readonly op: "arithmetic"; readonly sign: ArithmeticOp; readonly left: PlanExpr; readonly right: PlanExpr }
  | { readonly op: "in"; readonly arg: PlanExpr; readonly items: readonly PlanExpr[]; readonly not: boolean }
  | { readonly op: "in-list"; readonly arg: PlanExpr; readonly list: PlanExpr; readonly not: boolean }
  | {
      readonly op: "between";
      readonly arg: PlanExpr;
      readonly low: PlanExpr;
      readonly high: PlanExpr;
      readonly not: boolean;
    }
  | {
      readonly op: "text";
      readonly test: "like" | "contains" | "starts-with" | "ends-with";
      readonly arg: PlanExpr;
      readonly pattern: PlanExpr;
      readonly not: boolean;
    }
  /** The pattern is in RE2 syntax: a constant or a PARAM. */
  | { readonly op: "matches"; readonly arg: PlanExpr; readonly pattern: PlanExpr; readonly not: boolean }
  | { readonly op: "is-null"; readonly arg: PlanExpr; readonly not: boolean }
  | {
      readonly op: "case";
      readonly arms: readonly { readonly when: PlanExpr; readonly then: PlanExpr }[];
      readonly else: PlanExpr | null;
    }
  /** A function of the library or of the host, by its name in upper case. */
  | { readonly op: "call"; readonly name: string; readonly args: readonly PlanExpr[] };
