/** What is declared in a file, and its rules one by one. */
export interface FileParts {
  readonly declarations: string;
  /** Each begins with RULE. */
  readonly rules: readonly string[];
}

export function partsOf(text: string): FileParts {
  const [declarations, ...rules] = text.split(/\n\n(?=RULE )/);
  return { declarations: declarations!, rules };
}

export function fileText({ declarations, rules }: FileParts): string {
  return [declarations, ...rules].join("\n\n");
}
