import { defaultTimeFields } from "./engine/event-time.ts";
import type { Plan } from "./plan.ts";

/**
 * The top-level fields of events that a plan looks at: in its expressions, for the event time, and because a stream declares them
 * (their types are checked). Events that hold these alone give the same alerts and the same counts.
 *
 * Explanations show whole events: with `explain` nothing may be left out.
 */
export function fieldsRead(plan: Plan): ReadonlySet<string> {
  const fields = new Set(defaultTimeFields);
  for (const { fields: declared, time } of plan.streams) {
    for (const { name } of declared ?? []) fields.add(name);
    if (time?.kind === "field") fields.add(time.field);
  }
  collect(plan.rules, fields);
  return fields;
}

/** Finds the expressions that read a field, wherever they stand. */
function collect(node: unknown, fields: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, fields);
  } else if (typeof node === "object" && node !== null) {
    const { op, name } = node as { readonly op?: unknown; readonly name?: unknown };
    if ((op === "field" || op === "bound") && typeof name === "string") fields.add(name);
    for (const part of Object.values(node)) collect(part, fields);
  }
}
