import type { EventData } from "@weir/core";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { textOf } from "../data/column.ts";
import { maxTableRows, readTableFile } from "../data/table-file.ts";
import type { TableFacts } from "../protocol/calls.ts";
import { activeRun, announcement, setTableRows, tables } from "../state/workbench.ts";
import { ArrivalChoice } from "./arrival-choice.tsx";
import { pickFile } from "./file-drop.tsx";
import { count } from "./format.ts";
import { Icon } from "./icon.tsx";
import { saveFile } from "./save-file.ts";

/** So many rows can be edited in place; larger tables come from files. */
const editableRows = 200;

/** What a host gives to the rules: the rows of their tables, and the clock of streams that take their time from arrival. */
export function TablesPanel(): JSX.Element {
  const { facts } = activeRun.value;
  return (
    <div class="tables" data-testid="tables">
      {(facts?.arrival ?? []).length === 0 ? null : <ArrivalChoice streams={facts!.arrival} />}
      {(facts?.tables ?? []).map((table) => (
        <TableCard key={table.name} table={table} />
      ))}
    </div>
  );
}

function TableCard({ table }: { readonly table: TableFacts }): JSX.Element {
  const { name, key } = table;
  const rows = tables.value[name] ?? [];
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [isOver, setIsOver] = useState(false);
  const take = async (file: File): Promise<void> => {
    const read = await readTableFile(file, key);
    setProblems(read.problems);
    if (read.rows.length === 0) return;
    setTableRows(name, read.rows);
    announcement.value = `${count(read.rows.length)} rows of table ${name}`;
  };
  return (
    <section
      class={`table-card${isOver ? " over" : ""}`}
      aria-label={`Table ${name}`}
      onDragOver={() => setIsOver(true)}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        const file = event.dataTransfer?.files[0];
        if (file === undefined) return;
        // The page takes files dropped elsewhere for events.
        event.preventDefault();
        event.stopPropagation();
        void take(file);
      }}
    >
      <header>
        <h3>{name}</h3>
        <span class="muted">
          key {key} · {rows.length === 1 ? "1 row" : `${count(rows.length)} rows`}
        </span>
        <span class="spacer" />
        <button
          type="button"
          onClick={() => pickFile(".csv,.tsv,.json,.ndjson,.jsonl,.avro,.gz", (file) => void take(file))}
        >
          Open rows…
        </button>
        <button
          type="button"
          disabled={rows.length >= maxTableRows}
          onClick={() => setTableRows(name, [...rows, { [key]: freeKey(rows, key) }])}
        >
          Add a row
        </button>
        <button
          type="button"
          disabled={rows.length === 0}
          onClick={() => saveFile(`${name}.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join(""))}
        >
          Save
        </button>
        <button type="button" disabled={rows.length === 0} onClick={() => setTableRows(name, [])}>
          Clear
        </button>
      </header>
      {problems.map((problem) => (
        <p class="warning" key={problem}>
          {problem}
        </p>
      ))}
      {rows.length === 0 ? (
        <p class="muted">No rows: every look-up is NULL. Drop a CSV or JSON file here, or add rows by hand.</p>
      ) : (
        <Rows table={table} rows={rows} />
      )}
    </section>
  );
}

function Rows({ table, rows }: { readonly table: TableFacts; readonly rows: readonly EventData[] }): JSX.Element {
  const { name, key } = table;
  const shown = rows.slice(0, editableRows);
  const columns = [
    ...new Set([key, ...(table.fields ?? []).map((field) => field.name), ...shown.flatMap(Object.keys)]),
  ];
  const change = (at: number, column: string, text: string): void => {
    const value = valueOf(text, table.fields?.find((field) => field.name === column)?.type);
    setTableRows(name, rows.with(at, { ...rows[at], [column]: value }));
  };
  return (
    <div class="table-rows" tabIndex={0} role="group" aria-label={`Rows of ${name}`}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column} <span class="muted">{table.fields?.find((field) => field.name === column)?.type ?? ""}</span>
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td key={column}>
                  <input
                    aria-label={`${column} of row ${i + 1}`}
                    value={row[column] === null ? "" : textOf(row[column])}
                    spellcheck={false}
                    onChange={(event) => change(i, column, event.currentTarget.value)}
                  />
                </td>
              ))}
              <td>
                <button
                  type="button"
                  class="icon quiet"
                  aria-label={`Remove row ${i + 1}`}
                  onClick={() => setTableRows(name, rows.toSpliced(i, 1))}
                >
                  <Icon name="close" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown.length ? (
        <p class="muted">The first {count(shown.length)} rows are shown; the rules see all of them.</p>
      ) : null}
    </div>
  );
}

function freeKey(rows: readonly EventData[], key: string): string {
  const taken = new Set(rows.map((row) => row[key]));
  for (let i = rows.length + 1; ; i++) if (!taken.has(`new-${i}`)) return `new-${i}`;
}

/** What was typed as the column declares it; where it declares nothing, as it looks. */
function valueOf(text: string, type: string | undefined): unknown {
  if (text === "") return null;
  if (type === "STRING") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
