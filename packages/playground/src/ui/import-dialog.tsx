import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { parseTime, type TimeUnit } from "@weir/core";
import type { FileFormat } from "@weir/connectors/files";
import { textOf } from "../data/column.ts";
import type { DataSource } from "../data/load-events.ts";
import { readTableFile } from "../data/table-file.ts";
import type { TableFacts } from "../protocol/calls.ts";
import { dialog } from "../state/dialogs.ts";
import { imported, type Imported, importFile, useImported } from "../state/import-file.ts";
import { compareWithWanted } from "../state/share.ts";
import { activeRun, setTableRows, tablesWanted } from "../state/workbench.ts";
import { bytes, count, dateTime } from "./format.ts";
import { Dialog } from "./dialog.tsx";
import { TimeUnitField } from "./time-unit-field.tsx";

/** How a file is to be read, before it is. */
export function ImportDialog(): JSX.Element {
  const chosen = imported.value;
  return (
    <Dialog title="Open events">
      {chosen === null ? <p>Reading the beginning of the file …</p> : <Choices chosen={chosen} />}
    </Dialog>
  );
}

function Choices({ chosen }: { readonly chosen: Imported }): JSX.Element {
  const { source, events, fields, bad, badLines, error } = chosen;
  const change = (part: Partial<Imported>): void => {
    imported.value = { ...chosen, ...part };
  };
  const first = events.find((event) => event[chosen.timeField] !== undefined)?.[chosen.timeField];
  const readsAs = readTime(first, chosen.unit);
  const isPlausible = readsAs !== null && readsAs > Date.UTC(1990, 0, 1) && readsAs < Date.UTC(2100, 0, 1);
  return (
    <form
      class="import"
      onSubmit={(event) => {
        event.preventDefault();
        dialog.value = null;
        void useImported(chosen).then(() => compareWithWanted(source.blob));
      }}
    >
      <p>
        <b>{source.name}</b> <span class="muted">{bytes(source.blob.size)}, read here and sent nowhere</span>
      </p>
      <TableTarget source={source} />
      <div class="form-grid">
        <label class="field">
          Format
          <select
            value={chosen.format}
            onChange={(event) => void importFile({ ...source, format: event.currentTarget.value as FileFormat })}
          >
            <option value="ndjson">NDJSON: an object per line</option>
            <option value="csv">CSV with a header line</option>
            <option value="avro">Avro container</option>
          </select>
        </label>
        <label class="field">
          Stream
          <input value={chosen.stream} required onInput={(event) => change({ stream: event.currentTarget.value })} />
        </label>
        <label class="field">
          Time field
          <select value={chosen.timeField} onChange={(event) => change({ timeField: event.currentTarget.value })}>
            {fields.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <TimeUnitField value={chosen.unit} onChange={(unit) => change({ unit })} />
        <label class="field">
          Key field
          <select value={chosen.keyField} onChange={(event) => change({ keyField: event.currentTarget.value })}>
            {fields.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <p class={isPlausible ? "muted" : "warning"} data-testid="reads-as">
        {readsAs === null
          ? `The first value, ${textOf(first)}, is no time.`
          : `The first event is of ${dateTime(readsAs)} UTC${isPlausible ? "" : ": is that the right unit?"}`}
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={chosen.isNewRules}
          onChange={(event) => change({ isNewRules: event.currentTarget.checked })}
        />
        Begin with a new rule for this file
      </label>
      <Preview chosen={chosen} />
      {error === null ? null : <p class="warning">{error}</p>}
      {bad === 0 ? null : (
        <details>
          <summary>
            {count(bad)} of the first lines {bad === 1 ? "holds" : "hold"} no event
          </summary>
          <ul class="bad-lines">
            {badLines.slice(0, 10).map((line) => (
              <li key={line.line}>
                line {count(line.line)}: {line.reason} <code>{line.text}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="actions end">
        <button type="button" onClick={() => (dialog.value = null)}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={events.length === 0}>
          Use
        </button>
      </div>
    </form>
  );
}

/** Offers to take the file for rows of a table that the rules declare. */
function TableTarget({ source }: { readonly source: DataSource }): JSX.Element | null {
  const declared = activeRun.value.facts?.tables ?? [];
  const [problems, setProblems] = useState<readonly string[]>([]);
  if (declared.length === 0) return null;
  const take = async ({ name, key }: TableFacts): Promise<void> => {
    const read = await readTableFile(new File([source.blob], source.name), key);
    setProblems(read.problems);
    if (read.rows.length === 0) return;
    setTableRows(name, read.rows);
    tablesWanted.value++;
    dialog.value = null;
  };
  return (
    <>
      <div class="actions">
        <span class="muted">Not events, but rows?</span>
        {declared.map((table) => (
          <button key={table.name} type="button" onClick={() => void take(table)}>
            Take for table {table.name}
          </button>
        ))}
      </div>
      {problems.map((problem) => (
        <p class="warning" key={problem}>
          {problem}
        </p>
      ))}
    </>
  );
}

function Preview({ chosen }: { readonly chosen: Imported }): JSX.Element {
  const fields = chosen.fields.slice(0, 12);
  return (
    <div class="wide preview" tabIndex={0} role="group" aria-label="The first events">
      <table>
        <thead>
          <tr>
            {fields.map((name) => (
              <th scope="col" key={name} class={name === chosen.timeField || name === chosen.keyField ? "chosen" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chosen.events.slice(0, 20).map((event, i) => (
            <tr key={i}>
              {fields.map((name) => (
                <td key={name}>{textOf(event[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** As the engine reads it. */
function readTime(value: unknown, unit: TimeUnit): number | null {
  if (typeof value === "string") return parseTime(value);
  if (typeof value !== "number") return null;
  const ms = Math.floor(unit === "SECONDS" ? value * 1000 : unit === "MICROSECONDS" ? value / 1000 : value);
  return Math.abs(ms) <= 8.64e15 ? ms : null;
}
