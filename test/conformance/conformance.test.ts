import { evaluateRules } from "../oracle/oracle.ts";
import { conformanceSuite } from "./suite.ts";

conformanceSuite("the oracle on the worked cases", ({ text, events, ...options }) => {
  const { alerts, counts } = evaluateRules(text, events, options);
  return { alerts, counts: { ...counts } };
});
