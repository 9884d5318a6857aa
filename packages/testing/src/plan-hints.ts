import type { Plan, PlanValue } from "@weir/core";

/** What a plan compares with and measures by: values and times near these are where it decides. */
export interface PlanHints {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Lengths of time, in milliseconds. */
  readonly spansMs: readonly number[];
}

const spanNames = new Set([
  "length",
  "every",
  "offset",
  "gap",
  "max",
  "within",
  "over",
  "for",
  "duration",
  "expireAfter",
  "precision",
  "lateness",
]);
const mostOfEach = 50;

/** Finds the constants of a plan. */
export function hintsOf(plan: Plan): PlanHints {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const spans = new Set<number>();
  const durations = new Map<string, number>();
  const note = (value: PlanValue): void => {
    if (typeof value === "string") texts.add(value);
    else if (typeof value === "number") numbers.add(value);
    else if (typeof value === "object" && value !== null && "duration" in value) spans.add(value.duration);
  };
  for (const { name, value } of plan.params) {
    note(value);
    if (typeof value === "object" && value !== null && "duration" in value) durations.set(name, value.duration);
  }
  const visit = (node: unknown, name: string): void => {
    if (typeof node === "number" && spanNames.has(name) && node > 0) spans.add(node);
    if (typeof node !== "object" || node === null) return;
    if ("op" in node && node.op === "value" && "value" in node) note(node.value as PlanValue);
    if ("param" in node && typeof node.param === "string") spans.add(durations.get(node.param) ?? 1000);
    if (Array.isArray(node)) for (const part of node) visit(part, name);
    else for (const [inner, part] of Object.entries(node)) visit(part, inner);
  };
  visit(plan.rules, "");
  visit(plan.streams, "");
  return {
    texts: [...texts].slice(0, mostOfEach),
    numbers: [...numbers].slice(0, mostOfEach),
    spansMs: [...spans].slice(0, mostOfEach),
  };
}
