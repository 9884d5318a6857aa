import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useRowWindow } from "./row-window.ts";

export const rowHeight = 24;
/** Above so many rows the place of the scroll bar stands for a row, since browsers limit how tall an element may be. */
const maxTallRows = 500_000;

export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  readonly isSortable: boolean;
  readonly render: (row: Row) => ComponentChildren;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly total: number;
  /** Changes when rows have to be asked for anew. */
  readonly version: unknown;
  readonly fetchRows: (from: number, count: number) => Promise<readonly Row[]>;
  readonly indexOf: (row: Row) => number;
  readonly selected: number | null;
  readonly onSelect: (row: Row) => void;
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
  readonly onSort: (column: string) => void;
  readonly empty: ComponentChildren;
  readonly isStale: boolean;
}

/** A table of any number of rows of one height, of which only those in sight exist. */
export function VirtualTable<Row>(props: Props<Row>): JSX.Element {
  const { columns, total, version, fetchRows, indexOf, selected, sort } = props;
  const body = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(240);
  const [first, setFirst] = useState(0);
  const [cursor, setCursor] = useState(0);
  const visible = Math.ceil(height / rowHeight);
  const fetched = useRowWindow({ version, first, visible, fetchRows });
  const isMapped = total > maxTallRows;
  const tall = Math.min(total, maxTallRows) * rowHeight;
  const lastFirst = Math.max(0, total - Math.floor(height / rowHeight));

  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(Math.max(rowHeight, element.clientHeight - rowHeight)));
    observer.observe(element);
    setHeight(Math.max(rowHeight, element.clientHeight - rowHeight));
    return () => observer.disconnect();
  }, []);

  const scrollOf = (row: number): number =>
    isMapped ? (row / Math.max(1, lastFirst)) * (tall - height) : row * rowHeight;

  const onScroll = (): void => {
    const top = body.current?.scrollTop ?? 0;
    setFirst(isMapped ? Math.round((top / Math.max(1, tall - height)) * lastFirst) : Math.floor(top / rowHeight));
  };

  const moveTo = (row: number): void => {
    const target = Math.max(0, Math.min(total - 1, row));
    setCursor(target);
    const element = body.current;
    if (element === null) return;
    if (target < first) element.scrollTop = scrollOf(target);
    else if (target >= first + visible - 1) element.scrollTop = scrollOf(target - visible + 2);
    const found = fetched.rows[target - fetched.from];
    if (found !== undefined) props.onSelect(found);
    else {
      void fetchRows(target, 1).then(
        ([row]) => row !== undefined && props.onSelect(row),
        () => {},
      );
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const step: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: visible - 1,
      PageUp: 1 - visible,
      Home: -total,
      End: total,
    };
    const by = step[event.key];
    if (by === undefined || event.target !== body.current) return;
    event.preventDefault();
    moveTo(cursor + by);
  };

  const top = isMapped ? (body.current?.scrollTop ?? 0) + (fetched.from - first) * rowHeight : fetched.from * rowHeight;
  return (
    <div
      class={`grid-table${props.isStale ? " stale" : ""}`}
      ref={body}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={total > 0 ? `${props.label}-${cursor}` : undefined}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} sort={sort} onSort={props.onSort} />
        ))}
      </div>
      <div class="grid-space" role="rowgroup" style={{ height: `${tall}px` }}>
        <div class="grid-rows" style={{ transform: `translateY(${Math.max(0, top)}px)` }} role="presentation">
          {fetched.rows.slice(0, Math.max(0, total - fetched.from)).map((row, i) => (
            <div
              key={fetched.from + i}
              id={`${props.label}-${fetched.from + i}`}
              role="row"
              class={`grid-row${indexOf(row) === selected ? " selected" : ""}`}
              aria-rowindex={fetched.from + i + 2}
              aria-selected={indexOf(row) === selected}
              onClick={() => {
                setCursor(fetched.from + i);
                props.onSelect(row);
              }}
            >
              {columns.map((column) => (
                <span key={column.id} role="gridcell" class={`cell c-${column.id}`}>
                  {column.render(row)}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      {total === 0 ? <p class="empty">{props.empty}</p> : null}
    </div>
  );
}

function HeaderCell<Row>(props: {
  readonly column: TableColumn<Row>;
  readonly sort: Props<Row>["sort"];
  readonly onSort: (column: string) => void;
}): JSX.Element {
  const { column, sort } = props;
  const isSorted = sort?.column === column.id;
  const direction = isSorted ? (sort.descending ? "descending" : "ascending") : "none";
  return (
    <span role="columnheader" class={`cell c-${column.id}`} aria-sort={direction}>
      {column.isSortable ? (
        <button type="button" class="sort" onClick={() => props.onSort(column.id)}>
          {column.title}
          <span aria-hidden="true">{isSorted ? (sort.descending ? " ↓" : " ↑") : ""}</span>
        </button>
      ) : (
        column.title
      )}
    </span>
  );
}
