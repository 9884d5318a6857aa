import type { Alert, EventData } from "@weir/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlertDetail } from "../protocol/calls.ts";
import { arrivalField, eventText } from "../data/event-store.ts";
import { focusSelection } from "../state/focus-selection.ts";
import { keyText } from "../engine/alert-store.ts";
import { active, activeRun, selectedAlert, type Selection, selection } from "../state/workbench.ts";
import { ConditionTree } from "./condition-tree.tsx";
import { count, dateTime, duration, timeOfDay } from "./format.ts";
import { RunSummary } from "./run-summary.tsx";
import { SeverityMark, severityNames } from "./severity.tsx";

/** The selected alert: what it says, and the events that made it fire; without a selection, the run. */
export function MatchPanel(): JSX.Element {
  const chosen = selection.value;
  if (chosen?.kind === "alert") return <AlertMatch chosen={chosen} />;
  if (chosen?.kind === "event") return <EventFacts index={chosen.index} />;
  return <RunSummary />;
}

function AlertMatch({ chosen }: { readonly chosen: NonNullable<Selection> }): JSX.Element {
  const [detail, setDetail] = useState<AlertDetail | null>(null);
  const [isGone, setIsGone] = useState(false);
  const shown = useRef<{ readonly chosen: Selection; readonly detail: AlertDetail } | null>(null);
  const { client } = active.value;
  const { revision, status } = activeRun.value;
  useEffect(() => {
    let isCurrent = true;
    if (status !== "done") return;
    const before = shown.current?.chosen === chosen ? shown.current.detail.alert : null;
    const show = (found: AlertDetail | null): AlertDetail | null => {
      if (found === null || !isCurrent) return found;
      const known = shown.current?.detail;
      // What is known of the same alert stays until it is known anew.
      const isSame = found.events === null && known?.alert.id === found.alert.id;
      const next = isSame ? { ...found, why: known.why, events: known.events } : found;
      shown.current = { chosen, detail: next };
      setDetail(next);
      selectedAlert.value = next;
      return found;
    };
    const explain = async (): Promise<void> => {
      const index = await placeOf(before, chosen.index);
      if (index === null) {
        if (isCurrent) setIsGone(true);
        return;
      }
      // What it says at once; what made it fire when its rule has run again.
      const isFound = show(await client.call("alert", { index, isBrief: true })) !== null;
      if (isCurrent) setIsGone(!isFound);
      if (isCurrent && isFound) show(await client.call("alert", { index, isBrief: false }));
    };
    void explain().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [client, chosen, revision, status]);
  useEffect(
    () => () => {
      selectedAlert.value = null;
    },
    [],
  );
  if (detail === null) return <p class="muted pad">{isGone ? "There is no such alert in this run." : ""}</p>;
  if (isGone) {
    const { rule, key, at } = detail.alert;
    return (
      <p class="muted pad">
        {rule} does not fire any more for {keyText(key)} at {dateTime(at)}.
      </p>
    );
  }
  const { alert } = detail;
  const key = Object.entries(alert.key);
  return (
    <article class="match" data-testid="match">
      <header>
        <SeverityMark severity={severityNames.indexOf(alert.severity)} resolved={alert.status === "resolved"} />
        <h2>{alert.rule}</h2>
        <time>{dateTime(alert.at)}</time>
      </header>
      {alert.message === null ? null : <p class="message">{alert.message}</p>}
      <dl class="facts">
        {key.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
        {Object.entries(alert.data).map(([name, value]) => (
          <Fact key={`data.${name}`} name={name} value={value} />
        ))}
      </dl>
      <div class="actions">
        <button type="button" onClick={() => void focusSelection()} title="Show its window on the timeline (F)">
          Show on timeline
        </button>
        <button
          type="button"
          onClick={() => void import("../state/take-away.ts").then(({ exportTest }) => exportTest(alert))}
          disabled={alert.status !== "firing"}
        >
          Export smallest test
        </button>
        <button
          type="button"
          onClick={() => void import("../state/take-away.ts").then(({ findWeakSpots }) => findWeakSpots(alert))}
          disabled={alert.status !== "firing"}
        >
          Find counterexamples
        </button>
      </div>
      {detail.why === null || detail.why.condition === null ? null : (
        <div data-testid="why">
          <ConditionTree part={detail.why.condition} />
        </div>
      )}
      <Contributing detail={detail} />
      <p class="muted small">
        id {alert.id} · after {count(detail.position)} events
      </p>
    </article>
  );
}

/** Where the alert that was shown is in the run of the rules as they are now; else the place itself. */
async function placeOf(before: Alert | null, place: number): Promise<number | null> {
  if (before === null || before.status === "resolved") return place;
  const { rule, key, at } = before;
  return active.value.client.call("find", { rule, key, at });
}

function Fact({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
    </div>
  );
}

function Contributing({ detail }: { readonly detail: AlertDetail }): JSX.Element | null {
  const { alert, events } = detail;
  if (alert.status === "resolved") return null;
  if (events === null) return <p class="muted">The rule runs again up to here, to say what made it fire…</p>;
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) {
    return <p class="muted">No event made it fire: the rule speaks of what did not come.</p>;
  }
  const span = last.time - first.time;
  return (
    <>
      <h3>
        {events.length === 1 ? "1 event" : `${events.length} events in ${duration(span)}`}
        {events.length === 100 ? " (the newest 100)" : ""}
      </h3>
      <ol class="contributing">
        {events.map(({ event, index, time, alias }, i) => (
          <li key={i}>
            <button
              type="button"
              disabled={index === null}
              onClick={() => {
                if (index !== null) selection.value = { kind: "event", index };
              }}
            >
              <span class="number">{i + 1}</span>
              <time>{timeOfDay(time)}</time>
              {alias === null ? null : <span class="alias">{alias}</span>}
              <code>{eventText(fieldsOf(event))}</code>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

/** What tells events of one list apart: their time is shown, and their stream is known. */
function fieldsOf(event: EventData): EventData {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !shownElsewhere.has(name)));
}

const shownElsewhere: ReadonlySet<string> = new Set([arrivalField, "stream", "ts", "timestamp", "@timestamp", "time"]);

function EventFacts({ index }: { readonly index: number }): JSX.Element {
  const [found, setFound] = useState<{ readonly title: string; readonly json: string } | null>(null);
  const { client } = active.value;
  useEffect(() => {
    let isCurrent = true;
    void client.call("event", { index }).then(
      (row) => {
        const title = row === null ? "" : `${row.stream} · line ${count(row.line)} · ${dateTime(row.time)} UTC`;
        return isCurrent && row !== null && setFound({ title, json: JSON.stringify(row.event, null, 2) });
      },
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [client, index]);
  return (
    <article class="match">
      <header>
        <h2>Event {count(index + 1)}</h2>
      </header>
      <p class="muted">{found?.title}</p>
      <pre class="json">{found?.json}</pre>
      <div class="actions">
        <button type="button" onClick={() => void focusSelection()}>
          Move the playhead here
        </button>
      </div>
    </article>
  );
}
