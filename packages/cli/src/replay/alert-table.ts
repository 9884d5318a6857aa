import { type Alert, conditionText, type EventData, type Why } from "@weir/core";
import type { Console } from "../terminal/console.ts";
import { printable, severityStyle } from "../terminal/style.ts";
import { type Column, layoutTable, type TableLayout, type TableRow } from "../terminal/table.ts";

const columns: readonly Column[] = [
  { title: "TIME" },
  { title: "SEVERITY" },
  { title: "RULE" },
  { title: "KEY" },
  { title: "WHAT" },
];

/** So many rows decide how wide the columns are. */
const sampleSize = 200;
const shownEvents = 10;

/** Prints alerts as rows of a table, as they come. */
export class AlertTable {
  readonly #console: Console;
  readonly #sample: { readonly row: TableRow; readonly below: string }[] = [];
  #layout: TableLayout | null = null;

  constructor(console: Console) {
    this.#console = console;
  }

  /** `why`: what its condition came to, where that is to be shown. */
  add(alert: Alert, why: Why | null = null): void {
    const row = this.#row(alert);
    const below = whyLine(why) + eventLines(alert);
    if (this.#layout !== null) {
      this.#console.out.write(this.#layout.line(row) + below);
      return;
    }
    this.#sample.push({ row, below });
    if (this.#sample.length >= sampleSize) this.flush();
  }

  /** Prints what waited for the widths to be known. */
  flush(): void {
    if (this.#layout !== null || this.#sample.length === 0) return;
    const { out, paintOut } = this.#console;
    this.#layout = layoutTable(
      columns,
      this.#sample.map(({ row }) => row),
      out.columns,
    );
    out.write(paintOut("dim", this.#layout.header()));
    for (const { row, below } of this.#sample.splice(0)) out.write(this.#layout.line(row) + below);
  }

  #row(alert: Alert): TableRow {
    const { paintOut } = this.#console;
    const resolved = alert.status === "resolved";
    return {
      cells: [
        timeText(alert.at),
        resolved ? "resolved" : alert.severity,
        printable(alert.rule),
        printable(fieldsText(alert.key)),
        printable(whatText(alert)),
      ],
      paint: [
        (text) => paintOut("dim", text),
        (text) => paintOut(resolved ? "green" : severityStyle[alert.severity], text),
      ],
    };
  }
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ");
}

export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

function whatText(alert: Alert): string {
  const data = fieldsText(alert.data);
  if (alert.message === null) return data;
  return data === "" ? alert.message : `${alert.message}  ${data}`;
}

/** With `--explain`: what the condition came to. */
function whyLine(why: Why | null): string {
  return why === null || why.condition === null
    ? ""
    : `    ${printable(conditionText(why.condition, { time: timeText }))}\n`;
}

/** With `--explain`: the events that made it fire. */
function eventLines({ events }: Alert): string {
  if (events === undefined) return "";
  const named = isList(events)
    ? events.map((event) => ["", event] as const)
    : Object.entries(events).flatMap(([alias, bound]) => bound.map((event) => [`${alias}: `, event] as const));
  const hidden = named.length - shownEvents;
  const lines = named.slice(-shownEvents).map(([alias, event]) => `    ${alias}${printable(JSON.stringify(event))}\n`);
  return (hidden > 0 ? `    … ${hidden} before\n` : "") + lines.join("");
}

/** `Array.isArray` does not tell a readonly list from an object. */
function isList(events: NonNullable<Alert["events"]>): events is readonly EventData[] {
  return Array.isArray(events);
}
