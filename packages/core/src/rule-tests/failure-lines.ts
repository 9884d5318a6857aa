import type { Alert } from "../alert.ts";
import { whyNotLines } from "../explain/why-text.ts";
import { alertField, type ExpectField } from "./match-alerts.ts";
import type { MissingAlert, TestResult } from "./run-test.ts";
import type { TestExpect } from "./test-plan.ts";
import { expectText, testTimeText } from "./test-text.ts";
import { timeLine, type TimeLineRow } from "./time-line.ts";

/** A line of what is to be said of a failed test. */
export interface FailureLine {
  /** `said` tells what is wrong, `why` the reason; the others are rows of the time line. */
  readonly kind: "said" | "why" | TimeLineRow["kind"];
  /** May hold any character that a title or an event held. */
  readonly text: string;
}

const marks: Readonly<Record<TimeLineRow["kind"], string>> = { event: " ", met: "=", missing: "-", unexpected: "+" };
const shownMissing = 20;
const shownRows = 200;

/**
 * What is to be said of a failed test: what is wrong and why what was expected did not come, then events, alerts and expectations on a
 * time line. At most a few hundred lines.
 */
export function failureLines(result: TestResult): readonly FailureLine[] {
  if (result.problem !== null) return [said(`it could not be run: ${result.problem}`)];
  const { missing, setAside } = result;
  const rows = timeLine(result);
  const width = Math.max(...rows.map(({ at }) => timeText(at).length), 0);
  return [
    ...missing.slice(0, shownMissing).flatMap((one) => [said(missingText(one)), ...whyLines(one)]),
    ...more(missing.length - shownMissing, "expectation was not met", "expectations were not met"),
    ...(missing.length === 0 ? [said(unexpectedText(result))] : []),
    ...rows.slice(0, shownRows).map(({ at, kind, text }) => {
      return { kind, text: `  ${timeText(at).padStart(width)} ${marks[kind]} ${text}` };
    }),
    ...more(rows.length - shownRows, "line", "lines"),
    ...setAside
      .slice(0, shownMissing)
      .map(({ kind, stream, reason }) => said(`an event of \`${stream}\` was set aside, ${kind}: ${reason}`)),
  ];
}

function said(text: string): FailureLine {
  return { kind: "said", text };
}

function more(count: number, one: string, many: string): readonly FailureLine[] {
  return count > 0 ? [said(`… ${count} more ${count === 1 ? one : many}`)] : [];
}

function timeText(at: number): string {
  return at === Infinity ? "any" : testTimeText(at);
}

function missingText({ expect, nearest }: MissingAlert): string {
  const expected = `line ${expect.line}: \`${expectText(expect)}\``;
  if (nearest === null) return `${expected} did not come`;
  const differs = nearest.differs.map((field) => differenceText(field, expect, nearest.alert)).join(", ");
  return `${expected} came otherwise: ${differs}`;
}

function whyLines({ why }: MissingAlert): readonly FailureLine[] {
  if (why === null) return [];
  const key = Object.entries(why.key ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const whose = key.length === 0 ? "" : `for ${key.join(", ")}: `;
  return whyNotLines(why, { time: testTimeText }).map((line) => ({ kind: "why", text: `  ${whose}${line}` }));
}

function differenceText(field: ExpectField, expect: TestExpect, alert: Alert): string {
  if (typeof field === "object") {
    const found = alertField(alert, field.field);
    return `${field.field} is ${JSON.stringify(found) ?? "absent"}, not ${JSON.stringify(expect.fields?.[field.field])}`;
  }
  switch (field) {
    case "at":
      return `at ${testTimeText(alert.at)}, not at ${testTimeText(expect.at ?? 0)}`;
    case "severity":
      return `${alert.severity}, not ${expect.severity}`;
    case "status":
      return `${alert.status}, not ${expect.status}`;
  }
}

function unexpectedText({ unexpected }: TestResult): string {
  return unexpected.length === 1
    ? "an alert came that nothing expects"
    : `${unexpected.length} alerts came that nothing expects`;
}
