export type * from "./ast.ts";
export type { Diagnostic, DiagnosticLevel } from "./diagnostic.ts";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostic-codes.ts";
export { type Parsed, parse } from "./parse/parse.ts";
export { lineStarts, type Position, positionAt } from "./position.ts";
export { suggest } from "./suggest.ts";
