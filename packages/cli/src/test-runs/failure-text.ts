import {
  type Alert,
  alertField,
  type ExpectField,
  expectText,
  type MissingAlert,
  type TestExpect,
  type TestResult,
  testTimeText,
  whyNotLines,
} from "@weir/core";
import type { Paint, Style } from "../terminal/style.ts";
import { printable } from "../terminal/style.ts";
import { timeLine, type TimeLineRow } from "./time-line.ts";

const marks: Readonly<Record<TimeLineRow["kind"], { readonly mark: string; readonly style: Style }>> = {
  event: { mark: " ", style: "dim" },
  met: { mark: "=", style: "green" },
  missing: { mark: "-", style: "red" },
  unexpected: { mark: "+", style: "yellow" },
};

const shownMissing = 20;
const shownRows = 200;

/** The lines that show a failed test: what is wrong, the time line, and why what was expected did not come; at most a few hundred. */
export function failureLines(result: TestResult, paint: Paint): readonly string[] {
  if (result.problem !== null) return [`it could not be run: ${printable(result.problem)}`];
  const rows = timeLine(result);
  const width = Math.max(...rows.map(({ at }) => timeText(at).length), 0);
  return [
    ...result.missing.slice(0, shownMissing).flatMap((missing) => [missingText(missing), ...whyLines(missing)]),
    ...moreText(result.missing.length - shownMissing, "expectation was not met", "expectations were not met"),
    ...(result.missing.length === 0 ? [unexpectedText(result)] : []),
    ...rows.slice(0, shownRows).map(({ at, kind, text }) => {
      const { mark, style } = marks[kind];
      return paint(style, `  ${timeText(at).padStart(width)} ${mark} ${printable(text)}`);
    }),
    ...moreText(rows.length - shownRows, "line", "lines"),
    ...result.setAside
      .slice(0, shownMissing)
      .map(
        ({ kind, stream, reason }) =>
          `an event of \`${printable(stream)}\` was set aside, ${kind}: ${printable(reason)}`,
      ),
  ];
}

function moreText(count: number, one: string, many: string): readonly string[] {
  return count > 0 ? [`… ${count} more ${count === 1 ? one : many}`] : [];
}

function timeText(at: number): string {
  return at === Infinity ? "any" : testTimeText(at);
}

function missingText({ expect, nearest }: MissingAlert): string {
  const expected = printable(expectText(expect));
  if (nearest === null) return `line ${expect.line}: \`${expected}\` did not come`;
  const differs = nearest.differs.map((field) => differenceText(field, expect, nearest.alert)).join(", ");
  return `line ${expect.line}: \`${expected}\` came otherwise: ${printable(differs)}`;
}

function whyLines({ why }: MissingAlert): readonly string[] {
  if (why === null) return [];
  const key = Object.entries(why.key ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const whose = key.length === 0 ? "" : `for ${key.join(", ")}: `;
  return whyNotLines(why, { time: testTimeText }).map((line) => `  ${printable(`${whose}${line}`)}`);
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
