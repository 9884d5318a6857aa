import type { EventData } from "@weir/core";
import { textOf } from "../data/column.ts";

/** What becomes of a field in a link. */
export type FieldChoice = "keep" | "replace" | "leave out";

/** Events as chosen: a value that is replaced becomes `user-1`, `user-2` …, the same for the same value. */
export function chosenFields(
  events: readonly { readonly stream: string; readonly event: EventData }[],
  choices: ReadonlyMap<string, FieldChoice>,
): readonly EventData[] {
  const names = new Map<string, Map<string, string>>();
  const pseudonym = (field: string, value: unknown): string => {
    const known = names.get(field) ?? new Map<string, string>();
    names.set(field, known);
    const text = textOf(value);
    const name = known.get(text) ?? `${field}-${known.size + 1}`;
    known.set(text, name);
    return name;
  };
  const streams = new Set(events.map(({ stream }) => stream));
  return events.map(({ stream, event }) => {
    const kept = Object.entries(event).flatMap(([field, value]): [string, unknown][] => {
      const choice = choices.get(field) ?? "keep";
      if (choice === "leave out") return [];
      return [[field, choice === "keep" || value === null ? value : pseudonym(field, value)]];
    });
    const named = streams.size > 1 && event["stream"] === undefined ? [["stream", stream] as const] : [];
    return Object.fromEntries([...named, ...kept]);
  });
}
