import { type ExplainNode, explainPlan, generatedCode } from "@weir/core";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { compileRules } from "../rules/compile-rules.ts";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";

export interface ExplainOptions {
  readonly json?: boolean;
  readonly code?: boolean;
}

/** Prints what rules share and what state they keep, as a tree; with `json` the Plan, with `code` what is generated for it. */
export async function explain(paths: readonly string[], options: ExplainOptions, console: Console): Promise<ExitCode> {
  const plan = await compileRules(paths, console);
  if (options.json === true) {
    console.out.write(`${JSON.stringify(plan, null, 2)}\n`);
    return exitCode.ok;
  }
  if (options.code === true) {
    generatedCode(plan).forEach((text, i) => {
      console.out.write(`// ---- piece ${i + 1}\n`);
      for (const line of text.split("\n")) console.out.write(`${printable(line)}\n`);
    });
    return exitCode.ok;
  }
  printNode(explainPlan(plan), "", "", console);
  return exitCode.ok;
}

function printNode(node: ExplainNode, first: string, rest: string, console: Console): void {
  const { out, paintOut } = console;
  out.write(`${paintOut("dim", first)}${paintOut("bold", printable(node.title))}\n`);
  const hasChildren = node.children.length > 0;
  for (const detail of node.details) {
    out.write(`${paintOut("dim", `${rest}${hasChildren ? "│ " : "  "}`)}${printable(detail)}\n`);
  }
  for (const [i, child] of node.children.entries()) {
    const isLast = i === node.children.length - 1;
    printNode(child, `${rest}${isLast ? "└─ " : "├─ "}`, `${rest}${isLast ? "   " : "│  "}`, console);
  }
}
