import type { Alert } from "../alert.ts";
import type { TestResult } from "./run-test.ts";
import { alertText, expectText, givenText, testTimeText } from "./test-text.ts";

/** A line of the time line of a failed test. */
export interface TimeLineRow {
  /** Milliseconds; `Infinity` for an expectation that says no time. */
  readonly at: number;
  /** `met` and `missing` are expectations; `unexpected` is an alert; `event` was given to the rules. */
  readonly kind: "event" | "met" | "missing" | "unexpected";
  readonly text: string;
}

/** Of the events between two other rows so many are shown: the first, and the last ones. */
const shownFirst = 2;
const shownLast = 4;

/** What happened and what should have, in order of time: events, alerts, and expectations that no alert met. */
export function timeLine(result: TestResult): readonly TimeLineRow[] {
  const rows: TimeLineRow[] = [
    ...result.events.map((event) => ({ at: event.at, kind: "event" as const, text: givenText(event) })),
    ...result.met.map(({ alert }) => ({ at: alert.at, kind: "met" as const, text: firedText(alert) })),
    ...result.unexpected.map((alert) => ({ at: alert.at, kind: "unexpected" as const, text: firedText(alert) })),
    ...result.missing.map(({ expect }) => ({
      at: expect.at ?? Infinity,
      kind: "missing" as const,
      text: `expected ${expectText(expect)} (line ${expect.line})`,
    })),
  ];
  return shorten(rows.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)));
}

function firedText(alert: Alert): string {
  return `${alert.status === "resolved" ? "resolved" : "fired"} ${alertText(alert)}`;
}

function shorten(rows: readonly TimeLineRow[]): readonly TimeLineRow[] {
  const shown: TimeLineRow[] = [];
  let events: TimeLineRow[] = [];
  const flush = (): void => {
    const hidden = events.length - shownFirst - shownLast;
    if (hidden <= 1) shown.push(...events);
    else {
      const middle = events[shownFirst]!;
      const until = events[shownFirst + hidden - 1]!;
      shown.push(
        ...events.slice(0, shownFirst),
        { at: middle.at, kind: "event", text: `… ${hidden} events to ${testTimeText(until.at)}` },
        ...events.slice(-shownLast),
      );
    }
    events = [];
  };
  for (const row of rows) {
    if (row.kind === "event") events.push(row);
    else {
      flush();
      shown.push(row);
    }
  }
  flush();
  return shown;
}
