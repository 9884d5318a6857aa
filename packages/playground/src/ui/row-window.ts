import { useEffect, useRef, useState } from "preact/hooks";

/** Rows that were asked for, from a place on. */
export interface RowWindow<Row> {
  readonly from: number;
  readonly rows: readonly Row[];
}

interface Wanted<Row> {
  /** Changes when rows have to be asked for anew. */
  readonly version: unknown;
  readonly first: number;
  readonly visible: number;
  readonly fetchRows: (from: number, count: number) => Promise<readonly Row[]>;
}

/**
 * The rows around those in sight, a screen of them on either side: most scrolling needs no others. One question is underway at most, and
 * what it brings is shown though the table was scrolled on meanwhile: better rows that are on their way out than none.
 */
export function useRowWindow<Row>(wanted: Wanted<Row>): RowWindow<Row> {
  const [shown, setShown] = useState<RowWindow<Row>>({ from: 0, rows: [] });
  const newest = useRef(wanted);
  const held = useRef<{ readonly version: unknown; readonly from: number; readonly end: number } | null>(null);
  const isAsking = useRef(false);
  const isGone = useRef(false);
  newest.current = wanted;

  const ask = async (): Promise<void> => {
    if (isAsking.current) return;
    isAsking.current = true;
    while (!isGone.current && isMissing(newest.current, held.current)) {
      const { version, first, visible, fetchRows } = newest.current;
      const from = Math.max(0, first - visible);
      // A worker that was stopped has nothing to give: the next version asks another.
      const rows = await fetchRows(from, 3 * visible).catch(() => null);
      if (isGone.current) break;
      held.current = { version, from, end: from + 3 * visible };
      if (rows !== null && version === newest.current.version) setShown({ from, rows });
    }
    isAsking.current = false;
  };

  const { version, first, visible } = wanted;
  useEffect(() => void ask(), [version, first, visible]);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  return shown;
}

/** Whether rows are lacking that are in sight, or nearly so. */
function isMissing<Row>(
  { version, first, visible }: Wanted<Row>,
  held: { readonly version: unknown; readonly from: number; readonly end: number } | null,
): boolean {
  if (held === null || held.version !== version) return true;
  const margin = Math.floor(visible / 2);
  return Math.max(0, first - margin) < held.from || first + visible + margin > held.end;
}
