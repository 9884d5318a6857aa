import { checkCodes } from "./check/codes.ts";
import { syntaxCodes } from "./syntax-codes.ts";

/** Every code a diagnostic can have, with one line on what it says. Codes are stable: tools may match on them. */
export const diagnosticCodes: typeof syntaxCodes & typeof checkCodes = { ...syntaxCodes, ...checkCodes };

export type DiagnosticCode = keyof typeof diagnosticCodes;
