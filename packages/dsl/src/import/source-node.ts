/** A document in YAML or JSON as plain data, with the lines it stands on: who reads the text decides how. */
export type SourceNode = { readonly line: number } & (
  | { readonly kind: "map"; readonly entries: readonly SourceEntry[] }
  | { readonly kind: "list"; readonly items: readonly SourceNode[] }
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null }
);

/** A document of one of several files. */
export type SourceDocument = SourceNode & { readonly file?: string };

export interface SourceEntry {
  readonly key: string;
  readonly line: number;
  readonly value: SourceNode;
}
