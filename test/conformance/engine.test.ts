import { planOf, runEngine } from "../oracle/run-engine.ts";
import { conformanceSuite } from "./suite.ts";

conformanceSuite("the engine on the worked cases", ({ text, events, ...options }) => {
  const { alerts, stats } = runEngine(planOf(text), events, options);
  const { hints: _hints, rules: _rules, clock, ...counts } = stats;
  return { alerts, counts: { ...counts, clock: clock ?? Number.NaN } };
});
