import { type Declaration, formatDuration, type Node, parse, parseDuration, type RuleDecl } from "@weir/dsl";

/** A number or a duration of the rules that can be swept. */
export interface SweepPlace {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: "number" | "duration";
  /** The rule it is in, or that uses the PARAM. */
  readonly rules: readonly string[];
  /** How it is called: `limit` for a PARAM, else its place. */
  readonly label: string;
}

/** The constants of the rules, in the order of the text. */
export function sweepPlaces(text: string): readonly SweepPlace[] {
  const { file } = parse(text);
  const rules = file.declarations.filter((declaration): declaration is RuleDecl => declaration.kind === "rule");
  const names = rules.map((rule, i) => rule.name?.text ?? `rule_${i + 1}`);
  const places: SweepPlace[] = [];
  for (const declaration of file.declarations) {
    if (declaration.kind === "test" || declaration.kind === "stream" || declaration.kind === "table") continue;
    const owner =
      declaration.kind === "rule" ? [names[rules.indexOf(declaration)]!] : usersOf(declaration, rules, names, text);
    for (const node of constantsIn(declaration)) {
      const source = text.slice(node.start, node.end);
      const label =
        declaration.kind === "param"
          ? declaration.name.text
          : `line ${text.slice(0, node.start).split("\n").length}: ${lineAround(text, node)}`;
      places.push({ ...node, text: source, rules: owner, label });
    }
  }
  return places.sort((a, b) => a.start - b.start);
}

function lineAround(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const from = text.lastIndexOf("\n", start) + 1;
  const to = text.indexOf("\n", end);
  const line = text.slice(from, to === -1 ? text.length : to).trim();
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

function usersOf(
  declaration: Declaration,
  rules: readonly RuleDecl[],
  names: readonly string[],
  text: string,
): readonly string[] {
  if (declaration.kind !== "param" && declaration.kind !== "let") return [];
  const word = new RegExp(`\\b${declaration.name.text.replace(/[^\w]/g, "\\$&")}\\b`);
  const used = names.filter((_, i) => word.test(text.slice(rules[i]!.span.start, rules[i]!.span.end)));
  return used.length > 0 ? used : names;
}

interface Constant {
  readonly start: number;
  readonly end: number;
  readonly kind: "number" | "duration";
}

/** Every number and duration below a declaration, whatever holds it. */
function constantsIn(root: Declaration): readonly Constant[] {
  const found: Constant[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) visit(item);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    if (isNode(value) && "kind" in value) {
      const { kind } = value as { kind: unknown };
      if (kind === "number" || kind === "duration") {
        found.push({ start: value.span.start, end: value.span.end, kind });
        return;
      }
    }
    // What a message or an alert's data computes changes nothing of what fires.
    for (const [name, part] of Object.entries(value)) if (name !== "span" && name !== "emit") visit(part);
  };
  visit(root);
  return found;
}

function isNode(value: object): value is Node {
  return "span" in value && typeof value.span === "object" && value.span !== null;
}

const factors: readonly number[] = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10];

/** The values to try: from a tenth of what stands there to ten times of it, each as the rules write it. */
export function sweepTexts(place: SweepPlace): readonly string[] {
  if (place.kind === "duration") {
    const ms = parseDuration(place.text);
    return unique(factors.map((factor) => formatDuration(Math.max(1, Math.round(ms * factor)))));
  }
  const value = Number(place.text.replaceAll("_", ""));
  if (!Number.isInteger(value)) return unique(factors.map((factor) => String(Number((value * factor).toPrecision(6)))));
  const from = Math.max(1, Math.min(value - 8, Math.floor(value / 4)));
  const to = Math.max(value + 8, value * 2);
  const step = Math.max(1, Math.round((to - from) / 16));
  const values = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
  return unique([...values, value].sort((a, b) => a - b).map(String));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
