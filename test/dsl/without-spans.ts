/** A tree without its places and comments, and with every absent property left out: what two texts of one meaning share. */
export function withoutSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => key !== "span" && key !== "nameSpan" && key !== "comments" && value !== undefined)
      .map(([key, value]) => [key, withoutSpans(value)]),
  );
}
