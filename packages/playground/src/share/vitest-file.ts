import { asRecorded } from "../data/event-store.ts";
import { type FixtureEvent, runFixture } from "../engine/fixture.ts";
import type { HostedPlan } from "../engine/hosting.ts";
import { neededRows } from "../engine/needed-rows.ts";

/** A recording as a file of Vitest, which runs the rules as they are written in it. `byArrival`: they take a time from arrival. */
export function vitestFile(
  rules: string,
  plan: HostedPlan,
  title: string,
  events: readonly FixtureEvent[],
  until: number | null,
  byArrival: boolean,
): string {
  const found = runFixture(plan, events, until);
  const alerts = found.map(({ rule, severity, at, key }) => ({ rule, severity, at, key }));
  const rows = neededRows(plan, events, until, found);
  const pushes = events.map(({ stream, event, time }) => {
    const parts = [stream, asRecorded(event), ...(byArrival ? [time] : [])].map((part) => JSON.stringify(part));
    return `  [${parts.join(", ")}],`;
  });
  const options = [
    ...(Object.keys(rows).length > 0 ? [`tables: ${JSON.stringify(rows)}`] : []),
    ...(byArrival ? ["now: () => now"] : []),
  ];
  const given = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  const expected = alerts.map((alert) => `  ${JSON.stringify(alert)},`);
  return `import { createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";

const rules = \`
${rules.trimEnd().replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}
\`;

const events: readonly (readonly [stream: string, event: Record<string, unknown>${byArrival ? ", arrivedAt: number" : ""}])[] = [
${pushes.join("\n")}
];

const expected = [
${expected.join("\n")}
];

test(${JSON.stringify(title)}, () => {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join("\\n"));
${byArrival ? "  let now = 0;\n" : ""}  const engine = createEngine(compiled.plan${given});
${byArrival ? arrivingPush : plainPush}
  alerts.push(...engine.finish()${until === null ? "" : `, ...engine.advanceTo(${until})`});
  const fired = alerts.filter(({ status }) => status === "firing");
  expect(fired.map(({ rule, severity, at, key }) => ({ rule, severity, at, key }))).toEqual(expected);
});
`;
}

const plainPush = "  const alerts = events.flatMap(([stream, event]) => engine.push(stream, event));";
const arrivingPush = `  const alerts = events.flatMap(([stream, event, arrivedAt]) => {
    now = arrivedAt;
    return engine.push(stream, event);
  });`;
