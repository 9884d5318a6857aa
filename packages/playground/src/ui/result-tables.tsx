import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AlertRow, EventRow, PageRequest, Sorting } from "../engine/pages.ts";
import { active, activeRun, dataset, isStale, selection } from "../state/workbench.ts";
import { count, dateTime } from "./format.ts";
import { SeverityMark } from "./severity.tsx";
import { type TableColumn, VirtualTable } from "./virtual-table.tsx";

export const alertFilter = signal("");
export const eventFilter = signal("");

const alertColumns: readonly TableColumn<AlertRow>[] = [
  { id: "at", title: "Time (UTC)", isSortable: true, render: (row) => dateTime(row.at) },
  {
    id: "severity",
    title: "Severity",
    isSortable: true,
    render: (row) => <SeverityMark severity={row.severity} resolved={row.isResolved} />,
  },
  { id: "rule", title: "Rule", isSortable: true, render: (row) => row.rule },
  { id: "key", title: "Key", isSortable: true, render: (row) => row.key },
  { id: "text", title: "What", isSortable: true, render: (row) => row.text },
];

const eventColumns: readonly TableColumn<EventRow>[] = [
  { id: "line", title: "Line", isSortable: true, render: (row) => count(row.line) },
  { id: "at", title: "Time (UTC)", isSortable: true, render: (row) => dateTime(row.time) },
  { id: "stream", title: "Stream", isSortable: true, render: (row) => row.stream },
  { id: "text", title: "Event", isSortable: false, render: (row) => row.text },
];

/** How many rows a filter leaves, and a number that changes when they do. */
function useRows(table: "alerts" | "events", filter: string, sort: Sorting | null): { total: number; version: string } {
  const version = `${active.value.name} ${activeRun.value.revision} ${filter} ${JSON.stringify(sort)}`;
  const [total, setTotal] = useState(0);
  const { client } = active.value;
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call("page", { table, from: 0, count: 0, sort, filter }).then(
        (page) => isCurrent && setTotal(page.total),
        () => {},
      );
    }, 20);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [version]);
  return { total, version: `${version} ${total}` };
}

function nextSort(sort: Sorting | null, column: string): Sorting | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

type RowRequest = Omit<PageRequest, "table">;

async function fetchAlertRows(request: RowRequest): Promise<readonly AlertRow[]> {
  const page = await active.value.client.call("page", { table: "alerts", ...request });
  return page.table === "alerts" ? page.rows : [];
}

async function fetchEventRows(request: RowRequest): Promise<readonly EventRow[]> {
  const page = await active.value.client.call("page", { table: "events", ...request });
  return page.table === "events" ? page.rows : [];
}

export function AlertTable(): JSX.Element {
  const [sort, setSort] = useState<Sorting | null>(null);
  const filter = alertFilter.value;
  const { total, version } = useRows("alerts", filter, sort);
  const chosen = selection.value;
  return (
    <VirtualTable<AlertRow>
      label="Alerts"
      columns={alertColumns}
      total={total}
      version={version}
      fetchRows={(from, rows) => fetchAlertRows({ from, count: rows, sort, filter })}
      indexOf={(row) => row.index}
      selected={chosen?.kind === "alert" ? chosen.index : null}
      onSelect={(row) => {
        selection.value = { kind: "alert", index: row.index };
      }}
      sort={sort}
      onSort={(column) => setSort(nextSort(sort, column))}
      empty={filter === "" ? "No alerts: no rule fired on these events." : "No alert passes the filter."}
      isStale={isStale.value}
    />
  );
}

export function EventTable(): JSX.Element {
  const [sort, setSort] = useState<Sorting | null>(null);
  const filter = eventFilter.value;
  const { total, version } = useRows("events", filter, sort);
  const chosen = selection.value;
  return (
    <VirtualTable<EventRow>
      label="Events"
      columns={eventColumns}
      total={total}
      version={version}
      fetchRows={(from, rows) => fetchEventRows({ from, count: rows, sort, filter })}
      indexOf={(row) => row.index}
      selected={chosen?.kind === "event" ? chosen.index : null}
      onSelect={(row) => {
        selection.value = { kind: "event", index: row.index };
      }}
      sort={sort}
      onSort={(column) => setSort(nextSort(sort, column))}
      empty={dataset.value === null ? "Open a file, or choose a sample." : "No event passes the filter."}
      isStale={false}
    />
  );
}
