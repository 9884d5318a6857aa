import type { Expr } from "../ast.ts";
import type { Findings } from "../check/findings.ts";
import type { Names } from "../check/names.ts";
import { resolveName } from "../check/resolve-name.ts";
import type { Scope } from "../check/scope.ts";
import type { StreamShape } from "../check/stream-shape.ts";
import { printAnyName, printName } from "../print/name.ts";
import type { CaretPlace } from "./caret-place.ts";
import { type KnownField, knownFields, sampledBelow } from "./fields.ts";
import type { CompletionItem, SampledStream } from "./service-types.ts";

export function fieldItem(field: KnownField): CompletionItem {
  const { name, types, streams, values } = field;
  const type = types.length === 0 ? "ANY" : types.join(" | ");
  return {
    label: name,
    kind: "field",
    detail: `${type}${streams.length === 0 ? "" : ` · ${streams.slice(0, 3).join(", ")}`}`,
    ...(values.length === 0 ? {} : { doc: samplesDoc(values) }),
    insert: printName(name),
    snippet: false,
    sort: `1${name}`,
  };
}

export function samplesDoc(values: readonly string[]): string {
  return `For example ${values.map((value) => `\`${value}\``).join(", ")}`;
}

/** What may stand behind the dot of an alias or of an object. */
export function memberItems(
  { object, finding }: Extract<CaretPlace, { kind: "member" }>,
  names: Names,
  findings: Findings,
  samples: readonly SampledStream[],
): readonly CompletionItem[] {
  const scope = finding?.scope ?? null;
  if (object.kind === "name" && scope !== null) {
    const found = resolveName(scope, object.name, true);
    if (found.kind === "alias") {
      return knownFields(found.alias.streams, names, samples).map((field) => behindDot(fieldItem(field)));
    }
  }
  const known = findings.get(object)?.type.fields;
  if (known !== undefined) {
    return [...known.types].map(([name, type]) =>
      behindDot(fieldItem({ name, types: [type.name], streams: [], declared: true, values: [] })),
    );
  }
  const path = pathOf(object, scope);
  return path === null
    ? []
    : sampledBelow(path.names, path.streams, samples).map(({ name, types, values }) =>
        behindDot(fieldItem({ name, types, streams: [], declared: false, values })),
      );
}

/** Behind a dot every word is a name. */
function behindDot(item: CompletionItem): CompletionItem {
  return { ...item, insert: printAnyName(item.label) };
}

export interface FieldPath {
  readonly names: readonly string[];
  /** Whose events it is read of; `null`: any stream's. */
  readonly streams: readonly StreamShape[] | null;
}

/** The path of a field as it is read of an event, an alias left out; `null` of any other expression. */
export function pathOf(expr: Expr, scope: Scope | null): FieldPath | null {
  if (expr.kind === "member") {
    if (expr.object.kind === "name" && scope !== null) {
      const found = resolveName(scope, expr.object.name, true);
      if (found.kind === "alias") return { names: [expr.name.text], streams: found.alias.streams };
    }
    const object = pathOf(expr.object, scope);
    return object === null ? null : { names: [...object.names, expr.name.text], streams: object.streams };
  }
  if (expr.kind !== "name") return null;
  if (scope !== null && resolveName(scope, expr.name, false).kind !== "field") return null;
  return { names: [expr.name], streams: scope?.streams ?? null };
}
