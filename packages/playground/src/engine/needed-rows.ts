import type { Alert, EventData } from "@weir/core";
import { type FixtureEvent, runFixture } from "./fixture.ts";
import type { HostedPlan, TableRows } from "./hosting.ts";

const maxRuns = 400;

/** The rows of tables without which the rules would say something else of a small recording; all of them where the search runs out of tries. */
export function neededRows(
  plan: HostedPlan,
  events: readonly FixtureEvent[],
  until: number | null,
  expected: readonly Alert[],
): TableRows {
  const wanted = said(expected);
  let rows: TableRows = plan.rows ?? {};
  let runs = 0;
  const isEnough = (tried: TableRows): boolean => {
    runs++;
    return said(runFixture({ ...plan, rows: tried }, events, until)) === wanted;
  };
  for (const [name, all] of Object.entries(rows)) {
    const keyField = plan.tables.find((table) => table.name === name)?.key ?? "";
    // A row that no event speaks of is hardly ever needed: those go at once.
    const spoken = all.filter((row) => events.some(({ event }) => holds(event, row[keyField])));
    if (spoken.length < all.length && isEnough({ ...rows, [name]: spoken })) rows = { ...rows, [name]: spoken };
    for (const row of rows[name] ?? []) {
      if (runs >= maxRuns) return rows;
      const rest = { ...rows, [name]: (rows[name] ?? []).filter((other) => other !== row) };
      if (isEnough(rest)) rows = rest;
    }
  }
  return rows;
}

function holds(event: EventData, value: unknown): boolean {
  return JSON.stringify(event).includes(JSON.stringify(value ?? null));
}

function said(alerts: readonly Alert[]): string {
  return JSON.stringify(
    alerts.map(({ rule, severity, at, key, data, message }) => [rule, severity, at, key, data, message]),
  );
}
