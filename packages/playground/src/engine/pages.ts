import type { EventStore } from "../data/event-store.ts";
import { eventText } from "../data/event-store.ts";
import { type AlertStore, fieldsText, keyText } from "./alert-store.ts";
import { denseRanks, orderByRank } from "./rank-order.ts";

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

export interface PageRequest {
  readonly table: "alerts" | "events";
  readonly from: number;
  readonly count: number;
  readonly sort: Sorting | null;
  readonly filter: string;
}

export interface AlertRow {
  readonly index: number;
  readonly at: number;
  readonly rule: string;
  readonly severity: number;
  readonly isResolved: boolean;
  readonly key: string;
  readonly text: string;
}

export interface EventRow {
  readonly index: number;
  readonly time: number;
  readonly stream: string;
  readonly line: number;
  readonly text: string;
}

export type Page =
  | { readonly table: "alerts"; readonly from: number; readonly total: number; readonly rows: readonly AlertRow[] }
  | { readonly table: "events"; readonly from: number; readonly total: number; readonly rows: readonly EventRow[] };

/** The rows of a page of alerts, in the order given. */
export function alertRows(alerts: AlertStore, order: Uint32Array | null, from: number, count: number): AlertRow[] {
  const total = order?.length ?? alerts.kept;
  const rows: AlertRow[] = [];
  for (let i = from; i < Math.min(total, from + count); i++) {
    const index = order === null ? i : order[i]!;
    const alert = alerts.alert(index);
    const text = alert.message ?? fieldsText(alert.data);
    rows.push({
      index,
      at: alert.at,
      rule: alert.rule,
      severity: alerts.severity(index),
      isResolved: alerts.isResolved(index),
      key: keyText(alert.key),
      text,
    });
  }
  return rows;
}

export function eventRows(
  store: EventStore,
  timeOf: (index: number) => number,
  order: Uint32Array | null,
  from: number,
  count: number,
): EventRow[] {
  const total = order?.length ?? store.length;
  const rows: EventRow[] = [];
  for (let i = from; i < Math.min(total, from + count); i++) {
    const index = order === null ? i : order[i]!;
    rows.push({
      index,
      time: timeOf(index),
      stream: store.stream(index),
      line: store.line(index),
      text: eventText(store.event(index)),
    });
  }
  return rows;
}

/** One word of a filter: `field:text`, or text that any field may hold. */
interface FilterWord {
  readonly field: string | null;
  readonly text: string;
}

export function filterWords(filter: string): readonly FilterWord[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const [, field, text] = /^([\w.@]+)[:=](.*)$/.exec(word) ?? [];
      return field === undefined || text === undefined ? { field: null, text: word } : { field, text };
    });
}

/** The order of alerts under a filter and a sorting; `null` where it is their own. */
export function alertOrder(alerts: AlertStore, filter: string, sort: Sorting | null): Uint32Array | null {
  const words = filterWords(filter);
  if (words.length === 0 && sort === null) return null;
  const found: number[] = [];
  for (let i = 0; i < alerts.kept; i++) if (words.every((word) => alertMatches(alerts, i, word))) found.push(i);
  return sorted(found, sort, (index) => alertValue(alerts, index, sort?.column ?? "at"));
}

function alertMatches(alerts: AlertStore, index: number, { field, text }: FilterWord): boolean {
  const alert = alerts.alert(index);
  if (field === "rule") return alert.rule.toLowerCase().includes(text);
  if (field === "severity") return alert.severity.toLowerCase().startsWith(text);
  if (field === "status") return alert.status.startsWith(text);
  if (field !== null) {
    const all: Readonly<Record<string, unknown>> = { ...alert.data, ...alert.key };
    return Object.entries(all).some(
      ([name, value]) => name.toLowerCase() === field && String(value).toLowerCase() === text,
    );
  }
  return `${alert.rule} ${alert.severity} ${keyText(alert.key)} ${alert.message ?? ""} ${fieldsText(alert.data)}`
    .toLowerCase()
    .includes(text);
}

function alertValue(alerts: AlertStore, index: number, column: string): number | string {
  switch (column) {
    case "severity":
      return alerts.severity(index);
    case "rule":
      return alerts.ruleName(index);
    case "key":
      return keyText(alerts.alert(index).key);
    case "text":
      return alerts.alert(index).message ?? "";
    default:
      return alerts.at(index);
  }
}

/** The order of events under a filter and a sorting; `null` where it is that of the file. */
export function eventOrder(
  store: EventStore,
  timeOf: (index: number) => number,
  filter: string,
  sort: Sorting | null,
): Uint32Array | null {
  const words = filterWords(filter);
  if (words.length === 0 && sort === null) return null;
  const names = store.fieldNames();
  const tests = words.map(({ field, text }) => {
    if (field === "stream") return (index: number) => store.stream(index).toLowerCase().includes(text);
    if (field === null) return store.matcher(null, (value) => value.toLowerCase().includes(text));
    const name = names.find((known) => known.toLowerCase() === field) ?? field;
    return store.matcher(name, (value) => value.toLowerCase() === text);
  });
  const found: number[] = [];
  for (let i = 0; i < store.length; i++) if (tests.every((test) => test(i))) found.push(i);
  return sorted(found, sort, (index) => {
    if (sort?.column === "stream") return store.stream(index);
    return sort?.column === "line" ? store.line(index) : timeOf(index);
  });
}

function sorted(
  found: readonly number[],
  sort: Sorting | null,
  valueOf: (index: number) => number | string,
): Uint32Array {
  if (sort === null) return Uint32Array.from(found);
  return orderByRank(found, denseRanks(found.map(valueOf)), sort.descending);
}
