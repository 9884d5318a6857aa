/** What the checker can say of a file whose syntax is sound. */
export const checkCodes = {} as const;
