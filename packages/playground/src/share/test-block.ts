import { type Alert, runTest } from "@weir/core";
import { compile, formatDuration, printKey, printName } from "@weir/dsl";
import type { HostedPlan, TableRows } from "../engine/hosting.ts";
import { neededRows } from "../engine/needed-rows.ts";
import { type FixtureEvent, runFixture, shiftedEvents, timeFieldOf } from "../engine/fixture.ts";

/** A recording as a TEST block. */
export interface TestBlock {
  readonly title: string;
  readonly text: string;
  /** Whether the block passes when it is run with the rules. */
  readonly passes: boolean;
}

const weekMs = 604_800_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * Writes events and what the rules say of them as a TEST block.
 *
 * Time  tests begin at 0: the events move back by as much as leaves what the rules say, first to their own start, else by whole
 *       minutes, hours, days or weeks, so that windows by the clock and hours of the day stay where they are.
 */
export function testBlock(
  rules: string,
  plan: HostedPlan,
  title: string,
  events: readonly FixtureEvent[],
  until: number | null,
): TestBlock {
  const first = Math.min(...events.map(({ time }) => time));
  const expected = runFixture(plan, events, until);
  const rows = neededRows(plan, events, until, expected);
  let block: TestBlock = { title, text: "", passes: false };
  for (const unit of [1, 1000, minuteMs, hourMs, dayMs, weekMs]) {
    const base = Math.floor(first / unit) * unit;
    const shifted = shiftedEvents(plan, events, -base);
    const end = until === null ? null : until - base;
    const alerts = runFixture(plan, shifted, end);
    const text = blockText(plan, title, rows, shifted, alerts, end);
    block = { title, text, passes: alerts.length === expected.length && passes(rules, text) };
    if (block.passes) return block;
  }
  return block;
}

/** Whether a TEST block passes with the rules. */
export function passes(rules: string, test: string): boolean {
  const compiled = compile(`${rules}\n\n${test}`);
  const last = compiled.ok ? compiled.tests.at(-1) : undefined;
  return compiled.ok && last !== undefined && runTest(compiled.plan, last).passed;
}

function blockText(
  plan: HostedPlan,
  title: string,
  rows: TableRows,
  events: readonly FixtureEvent[],
  alerts: readonly Alert[],
  until: number | null,
): string {
  const given = new Map<string, number[]>();
  for (const event of events) {
    const field = timeFieldOf(plan, event);
    const { [field ?? ""]: _, ...rest } = event.event;
    const text = `${printName(event.stream, ["EXPECT", "UNTIL", "PARAM", "TABLE"])} ${literal(rest)}`;
    given.set(text, [...(given.get(text) ?? []), event.time]);
  }
  const lines = [...given].map(([text, times]) => `  ${text} AT ${times.map(time).join(", ")}`);
  const expects = alerts.map(
    ({ rule, severity, at, key }) =>
      `  EXPECT ${printName(rule, ["NOTHING"])} ${severity} AT ${time(at)}${Object.keys(key).length === 0 ? "" : ` ${literal(key)}`}`,
  );
  const last = Math.max(...events.map((event) => event.time));
  const end = until === null || until <= last ? [] : [`  UNTIL ${time(until)}`];
  const says = expects.length === 0 ? ["  EXPECT NOTHING"] : expects;
  const tables = Object.entries(rows).flatMap(([name, all]) =>
    all.map((row) => `  TABLE ${printName(name)} ${literal(row)}`),
  );
  return `TEST ${JSON.stringify(title)} {\n${[...tables, ...lines, ...end, ...says].join("\n")}\n}\n`;
}

function time(ms: number): string {
  return formatDuration(Math.round(ms));
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as unknown[]).map(literal).join(", ")}]`;
  const pairs = Object.entries(value).map(([name, part]) => `${printKey(name)}: ${literal(part)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}
