import type { LetInfo, ParamInfo, TableInfo } from "./names.ts";
import type { Alias, NameScope } from "./scope.ts";

export type Resolution =
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "param"; readonly param: ParamInfo }
  | { readonly kind: "let"; readonly declared: LetInfo }
  | { readonly kind: "table"; readonly table: TableInfo }
  | { readonly kind: "key"; readonly index: number }
  | { readonly kind: "field" };

const field: Resolution = { kind: "field" };

/** What a name stands for: an alias, then PARAM, LET and TABLE go before fields. `dotted`: a dot follows it. */
export function resolveName({ names, place, sequence }: NameScope, name: string, dotted: boolean): Resolution {
  if (knowsAliases(place, dotted)) {
    const alias = sequence?.aliases.get(name);
    if (alias !== undefined) return { kind: "alias", alias };
  }
  const param = names.params.get(name);
  if (param !== undefined) return { kind: "param", param };
  const declared = names.lets.get(name);
  if (declared !== undefined) return { kind: "let", declared };
  const table = names.tables.get(name);
  if (table !== undefined) return { kind: "table", table };
  if (place === "WHEN" || place === "EMIT" || place === "COOLDOWN PER") {
    const key = sequence?.keys.get(name);
    if (key !== undefined) return { kind: "key", index: key.index };
  }
  return field;
}

/** In a step's WHERE an alias counts only before a dot; in the rule's WHERE and in BY no step is known. */
function knowsAliases(place: NameScope["place"], dotted: boolean): boolean {
  switch (place) {
    case "WHERE":
    case "BY":
    case "BY of a step":
      return false;
    case "WHERE of a step":
      return dotted;
    default:
      return true;
  }
}
