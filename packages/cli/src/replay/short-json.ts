const shownJson = 120;

/** A value as JSON, cut where it is long. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > shownJson ? `${text.slice(0, shownJson)}…` : text;
}
