import type { Expr } from "../ast.ts";
import { expressionChildren } from "../expression-children.ts";
import { MAX_OPERATORS } from "../limits.ts";

/** How large an expression is when its LETs are written out. */
export interface Size {
  readonly size: number;
  readonly height: number;
}

/** Most nodes of one expression: LETs that double at every level must not. */
export const MAX_SIZE = 100_000;
export const MAX_HEIGHT: number = MAX_OPERATORS;

/** Without recursion, since what is measured may be too high for it. */
export function measure(expr: Expr, sizeOfLet: (name: string) => Size | undefined): Size {
  const rest: [Expr, number][] = [[expr, 0]];
  let size = 0;
  let height = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [node, depth] = next;
    const inner = node.kind === "name" ? sizeOfLet(node.name) : undefined;
    size += 1 + (inner?.size ?? 0);
    height = Math.max(height, depth + (inner?.height ?? 0));
    for (const child of expressionChildren(node)) rest.push([child, depth + 1]);
  }
  return { size, height };
}

export function isTooLarge({ size, height }: Size): boolean {
  return size > MAX_SIZE || height > MAX_HEIGHT;
}
