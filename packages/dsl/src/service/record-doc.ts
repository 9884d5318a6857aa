import type { HostFunction } from "../check/names.ts";

/** What a function, an aggregate or a keyword says of itself. */
interface Documented {
  readonly doc: string;
  readonly example: string;
  readonly error?: string;
}

/** Its documentation as markdown, the example as a block of the language. */
export function recordDoc({ doc, example, error }: Documented): string {
  const accuracy = error === undefined ? "" : `\n\nError: ${error}`;
  return `${doc}${accuracy}\n\n${codeBlock(example)}`;
}

export function codeBlock(text: string): string {
  return `\`\`\`weir\n${text}\n\`\`\``;
}

export function hostSignature(name: string, { params, returns, variadic = false }: HostFunction): string {
  return `${name}(${params.join(", ")}${variadic ? ", …" : ""}): ${returns}`;
}
