import type { PlanExpr } from "../plan.ts";
import type { Source } from "./source.ts";

/** What is dear enough to be kept. */
const kept: ReadonlySet<unknown> = new Set<PlanExpr["op"]>(["arithmetic", "speed", "call"]);

/**
 * The numbers that conditions ask for more than once: each is computed where it is first asked for, if it is, and kept in a variable
 * for the next time. `WHEN sigmas > 5 … WHEN sigmas > 3` computes the deviation once.
 */
export class KeptNumbers {
  readonly #source: Source;
  /** By the JSON of the expression; `null`: no variable was needed yet. */
  readonly #names = new Map<string, { readonly known: string; readonly number: string } | null>();

  constructor(conditions: readonly (PlanExpr | null)[], source: Source) {
    this.#source = source;
    const seen = new Set<string>();
    for (const condition of conditions) this.#count(condition, seen);
  }

  /** The code of an expression, given the code that computes it. */
  code(expr: PlanExpr, computed: string): string {
    if (this.#names.size === 0) return computed;
    const text = JSON.stringify(expr);
    let name = this.#names.get(text);
    if (name === undefined) return computed;
    if (name === null) {
      const number = this.#source.temporary();
      name = { known: `${number}known`, number };
      this.#names.set(text, name);
    }
    const { known, number } = name;
    return `(${known} ? ${number} : (${known} = true, ${number} = ${computed}))`;
  }

  /** The variables, to be declared before the conditions; `null` where there are none. */
  get declared(): string | null {
    const names = [...this.#names.values()].filter((name) => name !== null);
    if (names.length === 0) return null;
    return `let ${names.map(({ known, number }) => `${known} = false, ${number} = NaN`).join(", ")};`;
  }

  /** What is in a repeated expression is asked for once. */
  #count(node: unknown, seen: Set<string>): void {
    if (Array.isArray(node)) {
      for (const item of node) this.#count(item, seen);
    } else if (typeof node === "object" && node !== null) {
      if (kept.has((node as { readonly op?: unknown }).op)) {
        const text = JSON.stringify(node);
        if (seen.has(text)) {
          this.#names.set(text, null);
          return;
        }
        seen.add(text);
      }
      for (const part of Object.values(node)) this.#count(part, seen);
    }
  }
}
