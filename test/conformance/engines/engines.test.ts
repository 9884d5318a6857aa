import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { evaluateRules } from "../../oracle/oracle.ts";
import { planOf, runEngine } from "../../oracle/run-engine.ts";
import type { FoundAlert } from "../cases.ts";
import { eql } from "./eql.ts";
import { esper } from "./esper.ts";
import { type Fact, readAlerts, readEvents } from "./fact.ts";
import { flinkCep } from "./flink-cep.ts";
import { siddhiAbsence } from "./siddhi-absence.ts";
import { siddhiPatterns } from "./siddhi-patterns.ts";
import { siddhiWindows } from "./siddhi-windows.ts";

const projects: readonly (readonly [project: string, facts: readonly Fact[]])[] = [
  ["Siddhi, patterns", siddhiPatterns],
  ["Siddhi, absence and sequences", siddhiAbsence],
  ["Siddhi, windows", siddhiWindows],
  ["Flink CEP", flinkCep],
  ["Esper", esper],
  ["Elastic EQL", eql],
];

/** Recordings begin in our time, where no hint about units is due. */
const startMs = 1_700_000_000_000;

for (const [project, facts] of projects) {
  describe(`what tests of other engines state: ${project}`, () => {
    const titled = facts.map((fact) => ({ ...fact, title: `${fact.name} (${fact.origin})` }));
    it.each(titled)("$title", (fact) => {
      if (fact.refused !== undefined) {
        expect(errorsOf(fact.rules)).toContain(fact.refused);
        return;
      }
      const events = readEvents(fact.events).map(({ time, stream, fields }) => ({
        stream,
        event: { ...fields, ts: startMs + time },
      }));
      const until = fact.until === undefined ? {} : { until: startMs + fact.until };
      const expected = readAlerts(fact.expect ?? "");
      const engine = runEngine(planOf(fact.rules), events, until);
      expect(asFacts(engine.alerts, expected), "the engine").toEqual(expected);
      const oracle = evaluateRules(fact.rules, events, until);
      expect(asFacts(oracle.alerts, expected), "the oracle").toEqual(expected);
    });
  });
}

it("there are 150 facts or more, and each says what it comes from", () => {
  const all = projects.flatMap(([, facts]) => facts);
  expect(all.length).toBeGreaterThanOrEqual(150);
  expect(all.filter(({ origin }) => origin === "")).toEqual([]);
});

function errorsOf(text: string): readonly string[] {
  return compile(text).diagnostics.flatMap(({ level, code }) => (level === "error" ? [code] : []));
}

/** The alerts with their times in the recording and the fields that are expected of each. */
function asFacts(
  alerts: readonly FoundAlert[],
  expected: readonly { readonly fields: Readonly<Record<string, unknown>> }[],
): readonly { readonly time: number; readonly fields: Readonly<Record<string, unknown>> }[] {
  return alerts.map(({ at, key, data }, i) => {
    const all: Readonly<Record<string, unknown>> = { ...key, ...data };
    const names = Object.keys(expected[i]?.fields ?? all);
    return { time: at - startMs, fields: Object.fromEntries(names.map((name) => [name, all[name]])) };
  });
}
