/** An expression of EQL. */
export type EqlExpr = { readonly line: number } & (
  | { readonly kind: "field"; readonly path: readonly (string | number)[]; readonly optional: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "call"; readonly name: string; readonly caseless: boolean; readonly args: readonly EqlExpr[] }
  | { readonly kind: "not" | "minus"; readonly operand: EqlExpr }
  | { readonly kind: "logic"; readonly op: "AND" | "OR"; readonly items: readonly EqlExpr[] }
  | {
      readonly kind: "compare";
      readonly op: "=" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: EqlExpr;
      readonly right: EqlExpr;
    }
  | { readonly kind: "arithmetic"; readonly op: string; readonly left: EqlExpr; readonly right: EqlExpr }
  /** `:`, `like`, `regex` and `in`, against one value or a list. */
  | {
      readonly kind: "match";
      readonly op: ":" | "like" | "regex" | "in";
      readonly caseless: boolean;
      readonly operand: EqlExpr;
      readonly values: readonly EqlExpr[];
    }
);

/** `process where …` */
export interface EqlFilter {
  readonly line: number;
  /** `null`: any. */
  readonly category: string | null;
  readonly where: EqlExpr;
}

export interface EqlStep extends EqlFilter {
  /** `![…]` */
  readonly missing: boolean;
  readonly by: readonly EqlExpr[];
  /** `with runs=n` */
  readonly runs: number;
}

export type EqlQuery =
  | { readonly kind: "event"; readonly filter: EqlFilter }
  | {
      readonly kind: "sequence";
      readonly line: number;
      readonly by: readonly EqlExpr[];
      readonly maxspanMs: number | null;
      readonly steps: readonly EqlStep[];
      readonly until: EqlStep | null;
    };
