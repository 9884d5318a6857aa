import type { Expr } from "../ast.ts";
import type { Scope } from "./scope.ts";
import type { Type } from "./type.ts";

/** What the checker found out about an expression. */
export interface Finding {
  readonly type: Type;
  /** What names mean where it stands. */
  readonly scope: Scope;
}

/** Kept beside the tree, by its nodes: for whoever asks about a place of the text afterwards. */
export type Findings = Map<Expr, Finding>;
