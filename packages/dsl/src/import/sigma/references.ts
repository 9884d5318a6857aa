import type { SigmaEntry } from "./sigma-entry.ts";

/** Who refers to whom among the rules of a source. */
export interface References {
  /** The rule of that name or id. */
  find(reference: string): SigmaEntry | undefined;
  /** Whether a correlation refers to it, and is not told to let it tell by itself. */
  isPart(entry: SigmaEntry): boolean;
  isReferredTo(entry: SigmaEntry): boolean;
  /** The fields that correlations on the alerts of a correlation read, those on the alerts of these among them. */
  needs(entry: SigmaEntry): readonly string[];
}

export function findReferences(entries: readonly SigmaEntry[]): References {
  const byReference = new Map<string, SigmaEntry>();
  for (const entry of entries) {
    for (const reference of entry.head.references) if (!byReference.has(reference)) byReference.set(reference, entry);
  }
  const referring = new Map<SigmaEntry, SigmaEntry[]>();
  for (const entry of entries) {
    if (entry.content.kind !== "correlation") continue;
    for (const reference of entry.content.correlation.rules) {
      const target = byReference.get(reference);
      if (target !== undefined) referring.set(target, [...(referring.get(target) ?? []), entry]);
    }
  }
  const needs = new Map<SigmaEntry, readonly string[]>();

  function findNeeds(entry: SigmaEntry): readonly string[] {
    const known = needs.get(entry);
    if (known !== undefined) return known;
    // Stands for the answer while it is looked for: a cycle ends here, and is reported where it is written.
    needs.set(entry, []);
    const found = (referring.get(entry) ?? []).flatMap((outer) => [...ownNeeds(outer, entry), ...findNeeds(outer)]);
    needs.set(entry, [...new Set(found)]);
    return [...new Set(found)];
  }

  return {
    find: (reference) => byReference.get(reference),
    isPart: (entry) => {
      const outer = referring.get(entry) ?? [];
      return (
        outer.length > 0 && !outer.some(({ content }) => content.kind === "correlation" && content.correlation.generate)
      );
    },
    isReferredTo: (entry) => referring.has(entry),
    needs: findNeeds,
  };
}

/** What a correlation reads of the events of one of its rules. */
function ownNeeds({ content }: SigmaEntry, { head }: SigmaEntry): readonly string[] {
  if (content.kind !== "correlation") return [];
  const { groupBy, fields, aliases } = content.correlation;
  return [...groupBy, ...fields].flatMap((field) => {
    const aliased = aliases.get(field);
    if (aliased === undefined) return [field];
    return head.references.flatMap((reference) => aliased.get(reference) ?? []);
  });
}
