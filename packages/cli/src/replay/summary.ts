import type { EngineStats, Plan, Severity } from "@weir/core";
import { formatDuration } from "@weir/dsl";
import type { Console } from "../terminal/console.ts";
import { printable, severityStyle } from "../terminal/style.ts";
import { layoutTable, type TableRow } from "../terminal/table.ts";
import type { Counts } from "./counts.ts";
import type { LateEvents } from "./late-events.ts";
import type { Tally } from "./tally.ts";

export interface SummaryFacts {
  readonly plan: Plan;
  readonly stats: EngineStats;
  readonly counts: Counts;
  readonly tally: Tally;
  readonly late: LateEvents;
  /** Of the alerts in their order. */
  readonly hash: string;
  readonly seconds: number;
}

const severities: readonly (Severity | "resolved")[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO", "resolved"];
const keptShare = 0.999;
/** Durations of the language are at most 10 years. */
const longestLatenessMs = 3653 * 86_400_000;

/** Prints what a replay came to. */
export function printSummary(facts: SummaryFacts, console: Console): void {
  const { counts, stats, tally, late, hash, seconds } = facts;
  const { out, paintOut } = console;
  const perSecond = seconds > 0 ? Math.round(counts.events / seconds) : 0;
  out.write(
    `\n${number(counts.events)} events in ${seconds.toFixed(2)} s (${number(perSecond)} a second), ${counts.alerts === 1 ? "1 alert" : `${number(counts.alerts)} alerts`}\n`,
  );
  printRules(facts, console);
  const top = tally.topKeys(5);
  if (top.length > 0) {
    out.write(`\nmost alerts: ${top.map(([key, count]) => `${printable(key)} (${number(count)})`).join(", ")}\n`);
  }
  const asides = [
    [counts.bad, "bad record", "bad records"],
    [counts.missingKey, "without a key", "without a key"],
    [counts.typeMismatch, "field of another type than declared", "fields of another type than declared"],
    [counts.limited, "stopped by a limit", "stopped by a limit"],
    [counts.suppressed, "alert suppressed", "alerts suppressed"],
    [counts.pending, "still pending at the end of the recording", "still pending at the end of the recording"],
  ] as const;
  const said = asides
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${number(count)} ${count === 1 ? one : many}`);
  if (said.length > 0) out.write(`\n${said.join(", ")}\n`);
  if (counts.late > 0) {
    out.write(`\n${lateText(late, counts.events)}\n`);
    for (const { place, reason } of late.first) out.write(paintOut("dim", `  ${printable(place)}: ${reason}\n`));
  }
  if (counts.alerts > 0) out.write(paintOut("dim", `\n${hashText(hash)}\n`));
  for (const hint of stats.hints) out.write(`\n${paintOut("yellow", "hint:")} ${printable(hint)}\n`);
}

/** What runs can be compared by: the same for all that gave the same alerts in the same order. */
export function hashText(hash: string): string {
  return `hash of the alerts: ${hash}`;
}

export function lateText(late: LateEvents, events: number): string {
  const lateness = late.latenessFor(keptShare, events);
  const kept = ((1 - late.count / events) * 100).toFixed(2);
  const advice =
    1 - late.count / events >= keptShare
      ? `${kept} % were kept`
      : lateness > longestLatenessMs
        ? `${kept} % were kept, and the longest LATENESS would not have kept 99.9 %`
        : `LATENESS ${formatDuration(lateness)} would have kept 99.9 % (${kept} % were)`;
  return `${late.count === 1 ? "1 event" : `${number(late.count)} events`} came late: ${advice}`;
}

function printRules({ plan, tally }: SummaryFacts, { out, paintOut }: Console): void {
  const shown = severities.filter((severity) => plan.rules.some((rule) => tally.count(rule.name, severity) > 0));
  if (shown.length === 0) return;
  const rows: TableRow[] = plan.rules.map((rule) => ({
    cells: [printable(rule.name), ...shown.map((severity) => number(tally.count(rule.name, severity)))],
    paint: [(text) => text, ...shown.map((severity) => paintCount(severity, paintOut))],
  }));
  const layout = layoutTable(
    [{ title: "RULE" }, ...shown.map((severity) => ({ title: severity, align: "right" as const }))],
    rows,
    null,
  );
  out.write(`\n${paintOut("dim", layout.header())}`);
  for (const row of rows) out.write(layout.line(row));
}

function paintCount(severity: Severity | "resolved", paint: Console["paintOut"]): (text: string) => string {
  return (text) =>
    text === "0" ? paint("dim", text) : severity === "resolved" ? text : paint(severityStyle[severity], text);
}

function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
