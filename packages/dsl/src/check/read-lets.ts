import type { Expr, LetDecl } from "../ast.ts";
import { expressionChildren } from "../expression-children.ts";
import { isTooLarge, MAX_SIZE, measure } from "./measure.ts";
import type { LetInfo } from "./names.ts";
import type { Report } from "./report.ts";
import { anyType } from "./type.ts";

export interface DeclaredLet {
  readonly decl: LetDecl;
  readonly report: Report;
}

const MAX_DEPTH = 64;

interface Open {
  readonly name: string;
  readonly uses: readonly string[];
  next: number;
}

/**
 * Measures the LETs, and gives them innermost first, and finds those that refer to themselves or nest too deep.
 *
 * Without recursion: a file may have tens of thousands of LETs, each of which uses the one before.
 */
export function readLets(declared: ReadonlyMap<string, DeclaredLet>): Map<string, LetInfo> {
  const found = new Map<string, LetInfo>();
  const depths = new Map<string, number>();
  const cyclic = new Set<string>();
  for (const name of declared.keys()) {
    if (found.has(name)) continue;
    const open: Open[] = [{ name, uses: usesOf(declared, name), next: 0 }];
    const opened = new Set([name]);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const use = top.uses[top.next++];
      if (use === undefined) {
        open.pop();
        opened.delete(top.name);
        close(top, declared, found, depths, cyclic);
      } else if (opened.has(use)) {
        reportCycle(open.slice(open.findIndex((entry) => entry.name === use)), declared, cyclic);
      } else if (!found.has(use)) {
        open.push({ name: use, uses: usesOf(declared, use), next: 0 });
        opened.add(use);
      }
    }
  }
  return found;
}

function close(
  { name, uses }: Open,
  declared: ReadonlyMap<string, DeclaredLet>,
  found: Map<string, LetInfo>,
  depths: Map<string, number>,
  cyclic: ReadonlySet<string>,
): void {
  const { decl, report } = declared.get(name)!;
  const depth = 1 + Math.max(0, ...uses.map((use) => depths.get(use) ?? 0));
  depths.set(name, depth);
  const measured = measure(decl.value, (use) => found.get(use));
  const inherited = uses.some((use) => found.get(use)?.unsound !== false);
  const tooDeep = depth > MAX_DEPTH;
  if (depth === MAX_DEPTH + 1 && !inherited) {
    report.error("let-too-deep", decl.name.span, `LETs are used inside one another more than ${MAX_DEPTH} deep`);
  } else if (isTooLarge(measured) && !inherited) {
    report.error(
      "too-large",
      decl.name.span,
      `\`${name}\` has more than ${MAX_SIZE} parts when its LETs are written out`,
    );
  }
  const unsound = inherited || tooDeep || isTooLarge(measured) || cyclic.has(name);
  found.set(name, {
    decl,
    report,
    type: anyType,
    unsound,
    size: unsound ? 1 : measured.size,
    height: unsound ? 1 : measured.height,
  });
}

function reportCycle(around: readonly Open[], declared: ReadonlyMap<string, DeclaredLet>, cyclic: Set<string>): void {
  const first = around[0]?.name ?? "";
  const way = [...around.map(({ name }) => name), first].slice(0, 10);
  const known = around.some(({ name }) => cyclic.has(name));
  for (const { name } of around) cyclic.add(name);
  if (known) return;
  const { decl, report } = declared.get(first)!;
  report.error("let-cycle", decl.name.span, `\`${first}\` refers to itself`, { hint: way.join(" → ") });
}

/** The LETs that an expression names. */
function usesOf(declared: ReadonlyMap<string, DeclaredLet>, name: string): readonly string[] {
  const uses = new Set<string>();
  const rest: Expr[] = [declared.get(name)!.decl.value];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.kind === "name" && declared.has(node.name)) uses.add(node.name);
    for (const child of expressionChildren(node)) rest.push(child);
  }
  return [...uses];
}
