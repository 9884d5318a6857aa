/** Columns of a line of formatted text; a rule on one line has fewer. */
export const LINE_WIDTH: number = 100;
