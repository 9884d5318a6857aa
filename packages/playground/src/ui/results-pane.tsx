import { effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { savedTests, testsWanted } from "../state/saved-tests.ts";
import { activeRun, dataset, diff, tables, tablesWanted, versionB } from "../state/workbench.ts";
import { DiffTable } from "./diff-table.tsx";
import { count } from "./format.ts";
import { alertFilter, AlertTable, eventFilter, EventTable } from "./result-tables.tsx";
import { lazy } from "./lazy.tsx";
import { Tabs } from "./tabs.tsx";
import { TestsPanel } from "./tests-panel.tsx";

type ResultTab = "alerts" | "events" | "diff" | "tests" | "tables";
const TablesPanel = lazy(() => import("./tables-panel.tsx").then((module) => module.TablesPanel));
const resultTab = signal<ResultTab>("alerts");

/** Alerts, events, differences and tests, as tables. */
export function ResultsPane(): JSX.Element {
  const { facts } = activeRun.value;
  const isCompared = versionB.value !== null;
  const declared = facts?.tables ?? [];
  const hasClock = (facts?.arrival ?? []).length > 0;
  const isHosted = declared.length > 0 || hasClock;
  const isGone = (resultTab.value === "diff" && !isCompared) || (resultTab.value === "tables" && !isHosted);
  const tab = isGone ? "alerts" : resultTab.value;
  useEffect(
    () =>
      effect(() => {
        if (testsWanted.value > 0) resultTab.value = "tests";
      }),
    [],
  );
  useEffect(
    () =>
      effect(() => {
        if (tablesWanted.value > 0) resultTab.value = "tables";
      }),
    [],
  );
  const changes = diff.value;
  const tabs: { id: ResultTab; title: string; note?: string }[] = [
    { id: "alerts", title: "Alerts", note: count(facts?.alerts ?? 0) },
    { id: "events", title: "Events", note: count(dataset.value?.facts?.events ?? 0) },
  ];
  if (isCompared) {
    const note = changes === null ? "…" : `+${count(changes.counts.new)} −${count(changes.counts.gone)}`;
    tabs.push({ id: "diff", title: "A → B", note });
  }
  if (isHosted) {
    const rows = declared.reduce((sum, { name }) => sum + (tables.value[name]?.length ?? 0), 0);
    const title = declared.length === 0 ? "Clock" : hasClock ? "Tables, clock" : "Tables";
    tabs.push({ id: "tables", title, ...(declared.length === 0 ? {} : { note: count(rows) }) });
  }
  tabs.push({ id: "tests", title: "Tests", note: count(savedTests.value.length) });
  const filter = tab === "alerts" ? alertFilter : tab === "events" ? eventFilter : null;
  return (
    <section class="pane results" aria-label="Results">
      <div class="pane-head">
        <Tabs
          label="Results"
          tabs={tabs}
          active={tab}
          onChoose={(next) => {
            resultTab.value = next;
          }}
        />
        <span class="spacer" />
        {filter === null ? null : (
          <input
            type="search"
            class="filter"
            placeholder={tab === "alerts" ? "Filter: text, rule:…, severity:…" : "Filter: text, field:value"}
            aria-label={`Filter ${tab}`}
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
        )}
      </div>
      <div class="results-body" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === "alerts" ? <AlertTable /> : null}
        {tab === "events" ? <EventTable /> : null}
        {tab === "diff" ? <DiffTable /> : null}
        {tab === "tables" ? <TablesPanel /> : null}
        {tab === "tests" ? <TestsPanel /> : null}
      </div>
    </section>
  );
}
