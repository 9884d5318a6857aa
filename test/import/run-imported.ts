import { createEngine } from "@weir/core";
import { compile, type Imported } from "@weir/dsl";
import { expect } from "vitest";

/** An event: its stream, its time in ms, its fields. */
export type Given = readonly [stream: string, ts: number, fields: Readonly<Record<string, unknown>>];

/** What an imported file fires for these events, as `rule at key`, in order. */
export function fired({ text }: Imported, events: readonly Given[], until?: number): readonly string[] {
  const compiled = compile(text);
  expect(compiled.diagnostics.filter(({ level }) => level === "error")).toEqual([]);
  const engine = createEngine(compiled.plan!);
  const alerts = events.flatMap(([stream, ts, fields]) => engine.push(stream, { ...fields, ts }));
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...engine.advanceTo(until));
  return alerts.map(({ rule, at, key }) => `${rule} ${at} ${Object.values(key).join(",")}`.trim());
}
