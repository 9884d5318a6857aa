import type { JSX } from "preact";
import { activeRun, hosting, isStale, tables, tablesWanted } from "../state/workbench.ts";
import { count } from "./format.ts";
import { SeverityMark } from "./severity.tsx";

/** What a run came to: alerts by rule and severity, what was set aside, and the hash. */
export function RunSummary(): JSX.Element {
  const { facts, stats, asides } = activeRun.value;
  if (facts === null) return <p class="muted pad">Open a file, or choose a sample.</p>;
  const shown = [4, 3, 2, 1, 0].filter((severity) => facts.rules.some(({ counts }) => counts[severity]! > 0));
  const sums: readonly (readonly [number | undefined, string])[] = [
    [stats?.late, "events came late"],
    [stats?.bad, "events without a usable time"],
    [stats?.missingKey, "events without a key"],
    [stats?.typeMismatch, "fields of another type than declared"],
    [stats?.limited, "times a limit was reached"],
    [stats?.suppressed, "alerts suppressed by a cooldown"],
    [stats?.pending, "things still due when the recording ended"],
  ];
  return (
    <article class={`match${isStale.value ? " stale" : ""}`}>
      <table class="counts">
        <caption class="visually-hidden">Alerts by rule and severity</caption>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            {shown.map((severity) => (
              <th scope="col" key={severity}>
                <SeverityMark severity={severity} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {facts.rules.map((rule) => (
            <tr key={rule.name}>
              <th scope="row" title={rule.title ?? ""}>
                {rule.name}
              </th>
              {shown.map((severity) => (
                <td key={severity} class={rule.counts[severity] === 0 ? "zero" : ""}>
                  {count(rule.counts[severity]!)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="notes">
        {sums
          .filter(([value]) => value !== undefined && value > 0)
          .map(([value, what]) => (
            <li key={what}>
              {count(value!)} {what}
            </li>
          ))}
        {facts.keptAlerts < facts.alerts ? (
          <li>
            the first {count(facts.keptAlerts)} alerts can be looked at; all {count(facts.alerts)} are counted
          </li>
        ) : null}
        {facts.tables
          .filter(({ name }) => (tables.value[name] ?? []).length === 0)
          .map(({ name }) => (
            <li key={name}>
              table {name} has no rows: every look-up is NULL{" "}
              <button type="button" class="link-button" onClick={() => tablesWanted.value++}>
                give it rows
              </button>
            </li>
          ))}
        {facts.arrival.length === 0 ? null : (
          <li>
            {facts.arrival.join(", ")}: the time of arrival is{" "}
            {hosting.value.arrival.kind === "field"
              ? `that of the field ${hosting.value.arrival.field}`
              : "that of the recorded order, at a fixed pace"}{" "}
            <button type="button" class="link-button" onClick={() => tablesWanted.value++}>
              choose
            </button>
          </li>
        )}
        {stats?.hints.map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
        {asides.slice(0, 3).map((aside) => (
          <li key={aside.index} class="muted">
            event {count(aside.index + 1)}: {aside.reason}
          </li>
        ))}
      </ul>
      {facts.isDone ? (
        <p class="hash" title="The same for every run that gave the same alerts, in the browser and in `weir replay`">
          <span class="muted">hash of the alerts</span> <code data-testid="hash">{facts.hash}</code>
        </p>
      ) : null}
    </article>
  );
}
