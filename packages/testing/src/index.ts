export { checkLaws, type LawOptions } from "./check-laws.ts";
export { type EventsOptions, randomEvents } from "./random-events.ts";
export { type Offered, replay, type Replayed, type ReplayOptions } from "./replay.ts";
export { type RuleTest, ruleTests } from "./rule-tests.ts";
export { compileRules, type Rules, RulesError } from "./rules.ts";
export { type ExpectedAlert, type MatcherResult, weirMatchers, type WeirMatchers } from "./weir-matchers.ts";
