import { runTest } from "@weir/core";
import { compile } from "@weir/dsl";
import { planOf, runEngine } from "../oracle/run-engine.ts";
import { conformanceSuite } from "./suite.ts";

for (const mode of ["generated", "interpreted"] as const) {
  conformanceSuite(
    `the engine (${mode}) on the worked cases`,
    ({ text, events, ...options }) => {
      const { alerts, stats } = runEngine(planOf(text), events, { ...options, mode });
      const { hints: _hints, rules: _rules, clock, ...counts } = stats;
      return { alerts, counts: { ...counts, clock: clock ?? Number.NaN } };
    },
    (text) => {
      const { plan, tests = [] } = compile(text);
      return plan !== undefined && tests.length > 0 && tests.every((test) => runTest(plan, test).passed)
        ? "holds"
        : "fails";
    },
  );
}
