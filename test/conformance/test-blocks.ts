import { type Dur, type ExpectItem, type Literal, parse, type SourceFile, type TestDecl } from "@weir/dsl";
import type { FoundAlert } from "./cases.ts";
import type { Found, Given } from "./suite.ts";

/** Runs the TEST blocks of a rule file, as §11 says, by whatever evaluates the rules. */
export function runTestBlocks(text: string, run: (given: Given) => Found): "holds" | "fails" {
  const source = parse(text).file;
  const tests = source.declarations.filter((decl) => decl.kind === "test");
  return tests.length > 0 && tests.every((test) => holds(text, source, test, run)) ? "holds" : "fails";
}

function holds(text: string, source: SourceFile, test: TestDecl, run: (given: Given) => Found): boolean {
  const { items } = test;
  const params = Object.fromEntries(
    items.flatMap((item) => (item.kind === "test-param" ? [[item.name.text, plain(item.value)]] : [])),
  );
  const tables: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for (const item of items) {
    if (item.kind === "test-table") (tables[item.table.text] ??= []).push(plain(item.row) as Record<string, unknown>);
  }
  const given = items.flatMap((item) => (item.kind === "given" ? item.at.map((at) => ({ item, at: millis(at) })) : []));
  const until = items.flatMap((item) => (item.kind === "until" ? [millis(item.time)] : []));
  const { alerts } = run({
    text,
    params,
    tables,
    events: given
      .sort((a, b) => a.at - b.at)
      .map(({ item, at }) => ({
        stream: item.stream.text,
        event: { ...(plain(item.event) as Record<string, unknown>), ...timeOf(source, item.stream.text, at) },
      })),
    ...(until.length === 0 ? {} : { until: Math.max(...until) }),
  });
  const expected = items.filter((item) => item.kind === "expect").filter(({ rule }) => rule !== undefined);
  const comparesResolved = expected.some(({ resolved }) => resolved);
  return pairsUp(
    expected,
    alerts.filter(({ status }) => status === "firing" || comparesResolved),
  );
}

/** The field that gives an event of the stream its time. */
function timeOf(source: SourceFile, stream: string, at: number): Record<string, unknown> {
  const decl = source.declarations.find((one) => one.kind === "stream" && one.name.text === stream);
  const time = decl?.kind === "stream" ? decl.time : undefined;
  if (time?.kind !== "field") return { ts: at };
  const value = time.unit === "SECONDS" ? at / 1000 : time.unit === "MICROSECONDS" ? at * 1000 : at;
  return { [time.field.text]: value };
}

/** Whether each alert can be given an expectation of its own. */
function pairsUp(expected: readonly ExpectItem[], alerts: readonly FoundAlert[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return alerts.length === 0;
  return alerts.some((alert, i) => isExpected(first, alert) && pairsUp(rest, alerts.toSpliced(i, 1)));
}

function isExpected(expected: ExpectItem, alert: FoundAlert): boolean {
  const all = new Map(Object.entries({ ...alert.key, ...alert.data }));
  return (
    alert.rule === expected.rule?.text &&
    alert.status === (expected.resolved ? "resolved" : "firing") &&
    (expected.severity === undefined || alert.severity === expected.severity) &&
    (expected.at === undefined || alert.at === millis(expected.at)) &&
    (expected.fields?.pairs ?? []).every(
      ({ name, value }) => JSON.stringify(all.get(name.text)) === JSON.stringify(plain(value)),
    )
  );
}

function millis(dur: Dur): number {
  if (dur.kind === "name") throw new Error("a TEST takes durations as they stand");
  return dur.ms;
}

function plain(literal: Literal): unknown {
  switch (literal.kind) {
    case "duration":
      return literal.ms;
    case "null":
      return null;
    case "object":
      return Object.fromEntries(literal.pairs.map(({ name, value }) => [name.text, plain(value)]));
    case "list":
      return literal.items.map(plain);
    default:
      return literal.value;
  }
}
