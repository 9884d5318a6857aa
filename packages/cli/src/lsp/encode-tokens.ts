import { type SemanticToken, type SemanticTokenType, semanticTokenTypes } from "@weir/dsl";

/** The nearest of the types that every theme colours. */
const STANDARD: Readonly<Record<SemanticTokenType, string>> = {
  stream: "class",
  field: "property",
  rule: "event",
  alias: "variable",
  param: "parameter",
  let: "variable",
  table: "struct",
  function: "function",
  aggregate: "function",
  keyword: "keyword",
  sink: "interface",
};

export const tokenLegend: { tokenTypes: string[]; tokenModifiers: string[] } = {
  tokenTypes: [...new Set(Object.values(STANDARD))],
  tokenModifiers: ["declaration"],
};

const INDICES: ReadonlyMap<SemanticTokenType, number> = new Map(
  semanticTokenTypes.map((type) => [type, tokenLegend.tokenTypes.indexOf(STANDARD[type])]),
);

/** Five numbers a token, each place relative to the one before. */
export function encodeTokens(tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let line = 1;
  let column = 1;
  for (const { range, type, declaration } of tokens) {
    const { start, end } = range;
    const length = end.offset - start.offset;
    if (start.line !== end.line || length === 0) continue;
    const sameLine = start.line === line;
    data.push(
      start.line - line,
      start.column - (sameLine ? column : 1),
      length,
      INDICES.get(type) ?? 0,
      declaration ? 1 : 0,
    );
    ({ line, column } = start);
  }
  return data;
}
