/** Longest text of one file, in UTF-16 units (1 MiB of ASCII). */
export const MAX_TEXT_LENGTH: number = 1_048_576;
export const MAX_RULES: number = 10_000;
/** Brackets, calls, NOT, unary minus and CASE inside one another. */
export const MAX_NESTING: number = 200;
/** Operators in a row, `a OR b OR c …`: the height of the tree they make. */
export const MAX_OPERATORS: number = 1_000;
export const MAX_LIST_ITEMS: number = 10_000;
/** Ten years, whatever leap days they hold. */
export const MAX_DURATION_MS: number = 3_653 * 86_400_000;
/** Live runs a key of one rule may have, and so the largest LIMIT. */
export const MAX_RUNS: number = 1_000;
/** Errors reported of one file; the rest is not read. */
export const MAX_DIAGNOSTICS: number = 1_000;
