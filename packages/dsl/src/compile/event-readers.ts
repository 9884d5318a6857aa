import type { PlanExpr } from "@weir/core";
import type { Span } from "../ast.ts";
import { mapParts, PartIds } from "./plan-parts.ts";

/**
 * Parts of expressions that read the current event, and where they are written: fields, EVENT_TIME, STREAM_NAME, PREV, ELAPSED,
 * SPEED_KMH, ZSCORE. Those inside an aggregate are among them, and are not found from outside of it.
 */
export type EventReaders = Map<PlanExpr, Span>;

/** Exchanges what equals a BY expression for the key: a constant of the key does not read the event. */
export function keyReplacer(keys: readonly PlanExpr[], readers: EventReaders): (expr: PlanExpr) => PlanExpr {
  if (keys.length === 0) return (expr) => expr;
  const ids = new PartIds();
  const keyIndices = new Map<number, number>();
  for (const [index, key] of keys.entries()) {
    const id = ids.of(key);
    if (!keyIndices.has(id)) keyIndices.set(id, index);
  }
  const replace = (part: PlanExpr): PlanExpr => {
    // A constant stays one, even where it is BY; PREV and SPEED_KMH read their arguments in another event too.
    if (part.op === "value" || part.op === "param" || part.op === "prev" || part.op === "speed") return part;
    const index = keyIndices.get(ids.of(part));
    if (index !== undefined) return { op: "key", index };
    const replaced = mapParts(part, replace);
    const span = readers.get(part);
    if (span !== undefined) readers.set(replaced, span);
    return replaced;
  };
  return replace;
}

/** Where an expression reads the current event outside an aggregate first; `undefined`: nowhere. */
export function findReader(expr: PlanExpr, readers: EventReaders): Span | undefined {
  const own = readers.get(expr);
  if (own !== undefined) return own;
  let found: Span | undefined;
  mapParts(expr, (part) => {
    found ??= findReader(part, readers);
    return part;
  });
  return found;
}
