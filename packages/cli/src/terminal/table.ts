export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A row's cells, and how each is coloured once it has its width. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly paint?: readonly ((text: string) => string)[];
}

/** Lays out rows in columns. */
export interface TableLayout {
  line(row: TableRow): string;
  header(): string;
}

const gap = "  ";
const minLastWidth = 20;

/**
 * Fits columns to the rows given and to the width of a terminal (`null`: as wide as it takes).
 *
 * The last column takes what the others leave; text that does not fit ends in `…`.
 */
export function layoutTable(
  columns: readonly Column[],
  sample: readonly TableRow[],
  width: number | null,
): TableLayout {
  const natural = columns.map((column, i) =>
    Math.max(textWidth(column.title), ...sample.map((row) => textWidth(row.cells[i] ?? ""))),
  );
  const widths = width === null ? natural : fit(natural, width);
  const line = ({ cells, paint }: TableRow): string => {
    const parts = columns.map((column, i) => {
      const isLast = i === columns.length - 1;
      const cell = width === null && isLast ? (cells[i] ?? "") : shorten(cells[i] ?? "", widths[i]!);
      const padding = " ".repeat(Math.max(0, widths[i]! - textWidth(cell)));
      const painted = paint?.[i]?.(cell) ?? cell;
      if (column.align === "right") return padding + painted;
      return isLast ? painted : painted + padding;
    });
    return `${parts.join(gap).trimEnd()}\n`;
  };
  return { line, header: () => line({ cells: columns.map((column) => column.title) }) };
}

function fit(natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  const last = widths.length - 1;
  const used = (): number => widths.reduce((sum, w) => sum + w, 0) + gap.length * last;
  widths[last] = Math.min(widths[last]!, Math.max(minLastWidth, width - (used() - widths[last]!)));
  // Still too wide: take from the widest of the others.
  while (used() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 8) break;
    widths[widest]!--;
  }
  return widths;
}

function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, width - 1))
    .join("")}…`;
}

/** In code points: near enough for columns, and nothing to keep up to date. */
function textWidth(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}
