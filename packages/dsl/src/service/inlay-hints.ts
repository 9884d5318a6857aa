import type { PlanValue } from "@weir/core";
import type { Expr, Span } from "../ast.ts";
import { constantOf } from "../check/constant.ts";
import { formatDuration } from "../duration-literal.ts";
import type { Analysis } from "./analysis.ts";
import { factsOf } from "./lookup.ts";
import type { Occurrence } from "./occurrence.ts";
import type { InlayHint } from "./service-types.ts";
import { walk } from "./walk.ts";

/** What a text may be long, or its hint would stand in the way of the rule. */
const longestText = 32;

/**
 * What a rule says without writing it, for an editor to show between its words: the value of a PARAM or LET where it is used, what a
 * computed constant comes to, a duration in its largest units, the unit of a bare number, the key that `COUNT(user)` counts by.
 */
export function inlayHints(
  analysis: Analysis,
  occurrences: readonly Occurrence[],
  within: Span = { start: 0, end: analysis.source.text.length },
): readonly InlayHint[] {
  const { source, file } = analysis;
  const found = new Map<number, InlayHint>();
  const add = (kind: InlayHint["kind"], offset: number, text: string): void => {
    if (offset < within.start || offset > within.end || found.has(offset)) return;
    found.set(offset, { kind, text, place: source.place(offset) });
  };
  for (const { kind, name, span, declaration, form } of occurrences) {
    if (declaration || form !== "name" || (kind !== "param" && kind !== "let")) continue;
    const text = valueText(kind, name, analysis);
    if (text !== null) add("value", span.end, `= ${text}`);
  }
  for (const declaration of file.declarations) {
    if (declaration.span.end < within.start || declaration.span.start > within.end) continue;
    switch (declaration.kind) {
      case "param":
      case "let":
        addComputed(declaration.value, add);
        break;
      case "stream":
        if (declaration.time?.kind === "field" && declaration.time.unit === undefined) {
          add("unit", declaration.time.span.end, "in ms, or ISO-8601");
        }
        break;
      case "rule":
        addCounted(declaration, analysis, add);
        break;
      default:
        break;
    }
    // A test is a list of times: what each comes to in other units says nothing.
    if (declaration.kind !== "test") addUnits(declaration, analysis, add);
  }
  return [...found.values()].toSorted((a, b) => a.place.offset - b.place.offset);
}

type Add = (kind: InlayHint["kind"], offset: number, text: string) => void;

function valueText(kind: "param" | "let", name: string, { checked, file, source }: Analysis): string | null {
  const { params, lets } = checked.names;
  const declared = kind === "param" ? params.get(name)?.decl : lets.get(name)?.decl;
  if (declared === undefined) return null;
  const constant = constantOf(declared.value);
  if (constant !== undefined) return short(constantText(constant));
  // The text of another file is not at hand.
  return file.declarations.includes(declared) ? short(source.slice(declared.value.span).replaceAll(/\s+/g, " ")) : null;
}

function short(text: string): string | null {
  return text.length > longestText ? null : text;
}

function constantText(value: PlanValue): string {
  if (value === null) return "NULL";
  if (typeof value !== "object") return JSON.stringify(value);
  if ("time" in value) return new Date(value.time).toISOString();
  return value.duration < 0 ? `-${formatDuration(-value.duration)}` : formatDuration(value.duration);
}

/** What `60 * 24` comes to. */
function addComputed(value: Expr, add: Add): void {
  if (value.kind !== "binary") return;
  const constant = constantOf(value);
  const text = constant === undefined ? null : short(constantText(constant));
  if (text !== null) add("value", value.span.end, `= ${text}`);
}

/** Whom a COUNT of a field counts by, in a rule without BY. */
function addCounted(declaration: Parameters<typeof factsOf>[1], analysis: Analysis, add: Add): void {
  const counted = factsOf(analysis, declaration)?.counted ?? [];
  for (const { expr, name } of counted) {
    const end = analysis.source.text.indexOf(")", expr.span.end) + 1;
    if (end > 0) add("key", end, `per ${name}`);
  }
}

/** Durations in units that are read at a glance, and what RATE is measured in. */
function addUnits(declaration: object, { source }: Analysis, add: Add): void {
  walk(declaration, ({ node }) => {
    const span = node["span"] as Span | undefined;
    const ms = node["ms"];
    if (node["kind"] === "duration" && typeof ms === "number" && span !== undefined && Number.isFinite(ms)) {
      const usual = formatDuration(ms);
      if (usual !== source.slice(span).replaceAll("_", "")) add("unit", span.end, `= ${usual}`);
      return false;
    }
    if (node["kind"] === "aggregate" && node["name"] === "RATE" && span !== undefined) {
      add("unit", span.end, "per second");
    }
    return true;
  });
}
