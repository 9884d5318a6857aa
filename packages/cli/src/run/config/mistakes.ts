/** Where something stands in a configuration: names and numbers from the root. */
export type Path = readonly (string | number)[];

/** Something wrong in a configuration. Its text never holds a value that came from the environment. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** `sinks[1].webhook.targets[0].url` */
export function pathText(path: Path): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text.replace(/^\./, "");
}
