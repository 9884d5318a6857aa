import type { Plan } from "@weir/core";
import { type FixtureEvent, runFixture } from "../engine/fixture.ts";

/** A recording as a file of Vitest, which runs the rules as they are written in it. */
export function vitestFile(
  rules: string,
  plan: Plan,
  title: string,
  events: readonly FixtureEvent[],
  until: number | null,
): string {
  const alerts = runFixture(plan, events, until).map(({ rule, severity, at, key }) => ({ rule, severity, at, key }));
  const pushes = events.map(({ stream, event }) => `  [${JSON.stringify(stream)}, ${JSON.stringify(event)}],`);
  const expected = alerts.map((alert) => `  ${JSON.stringify(alert)},`);
  return `import { createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";

const rules = \`
${rules.trimEnd().replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}
\`;

const events: readonly (readonly [stream: string, event: Record<string, unknown>])[] = [
${pushes.join("\n")}
];

const expected = [
${expected.join("\n")}
];

test(${JSON.stringify(title)}, () => {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join("\\n"));
  const engine = createEngine(compiled.plan);
  const alerts = events.flatMap(([stream, event]) => engine.push(stream, event));
  alerts.push(...engine.finish()${until === null ? "" : `, ...engine.advanceTo(${until})`});
  const fired = alerts.filter(({ status }) => status === "firing");
  expect(fired.map(({ rule, severity, at, key }) => ({ rule, severity, at, key }))).toEqual(expected);
});
`;
}
