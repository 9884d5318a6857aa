import type { Alert } from "../alert.ts";
import { EngineOptionError } from "../engine/binding.ts";
import { createEngine } from "../engine/engine.ts";
import type { Engine, EngineOptions, SetAside } from "../engine/types.ts";
import type { WhyNot } from "../explain/why.ts";
import type { Plan } from "../plan.ts";
import { differences, type ExpectField, pairUp } from "./match-alerts.ts";
import { clockProblem } from "./clock-problem.ts";
import { type TestEvent, testEvents } from "./test-events.ts";
import type { TestExpect, TestPlan } from "./test-plan.ts";

export interface RunTestOptions {
  /** Functions of the host that the rules use. */
  readonly functions?: EngineOptions["functions"];
}

/** What running a TEST block came to. */
export interface TestResult {
  readonly test: TestPlan;
  readonly passed: boolean;
  /** In the order in which they went: the events given to the rules. */
  readonly events: readonly TestEvent[];
  /** Every alert that counts, in order: of the rules of the file, resolved ones only where one is expected. */
  readonly alerts: readonly Alert[];
  /** The expectations that an alert met, each with its own. */
  readonly met: readonly { readonly expect: TestExpect; readonly alert: Alert }[];
  readonly missing: readonly MissingAlert[];
  /** Alerts that nothing expects. */
  readonly unexpected: readonly Alert[];
  /** Events of the test that the engine set aside, late or bad. */
  readonly setAside: readonly SetAside[];
  /** Why the test could not be run at all: its PARAMs or TABLEs do not fit, or it would take too long. */
  readonly problem: string | null;
}

/** An expectation that no alert met. */
export interface MissingAlert {
  readonly expect: TestExpect;
  /** The unexpected alert of the same rule that is nearest to it, and in what it differs; `null` where the rule fired nothing else. */
  readonly nearest: { readonly alert: Alert; readonly differs: readonly ExpectField[] } | null;
  /** Why the rule did not fire up to the expected time, for the key that the expectation names; `null` for resolved ones. */
  readonly why: WhyNot | null;
}

/**
 * Runs a TEST block against the plan of its file (§11 of the language).
 *
 * Time    event time from 0; the clock stops at the last event, or at UNTIL.
 * State   an engine of its own: tests know nothing of each other.
 * Errors  none thrown for what the test says; `problem` tells.
 */
export function runTest(plan: Plan, test: TestPlan, options: RunTestOptions = {}): TestResult {
  const events = testEvents(plan, test);
  const tooLong = clockProblem(plan, test, events);
  let now = 0;
  const given: EngineOptions = {
    params: test.params,
    tables: test.tables,
    now: () => now,
    ...(options.functions === undefined ? {} : { functions: options.functions }),
  };
  const run = (engine: Engine): Alert[] => {
    const alerts: Alert[] = [];
    for (const { stream, event, at } of events) {
      now = at;
      alerts.push(...engine.push(stream, event));
    }
    alerts.push(...engine.finish());
    if (test.until !== null) alerts.push(...engine.advanceTo(test.until));
    return alerts;
  };
  const setAside: SetAside[] = [];
  const made = tooLong ?? makeEngine(plan, { ...given, onSetAside: (aside) => setAside.push(aside) });
  if (typeof made === "string") {
    const missing = test.expects.map((expect) => ({ expect, nearest: null, why: null }));
    return { test, passed: false, events, alerts: [], met: [], missing, unexpected: [], setAside, problem: made };
  }
  const all = run(made);

  const own = new Set(test.rules);
  const comparesResolved = test.expects.some(({ status }) => status === "resolved");
  const alerts = all.filter(({ rule, status }) => own.has(rule) && (status === "firing" || comparesResolved));
  const { met, missing, unexpected } = pairUp(test.expects, alerts);
  // Once more, and explained: most tests pass, and need not pay for it.
  const explained = missing.length > 0 ? createEngine(plan, { ...given, explain: true }) : null;
  if (explained !== null) run(explained);
  return {
    test,
    passed: missing.length === 0 && unexpected.length === 0,
    events,
    alerts,
    met,
    missing: missing.map((expect) => ({
      expect,
      nearest: nearestOf(expect, unexpected),
      why: explained === null ? null : whyOf(plan, expect, explained),
    })),
    unexpected,
    setAside,
    problem: null,
  };
}

/** The engine, or why the test's PARAMs and TABLEs make none. */
function makeEngine(plan: Plan, options: EngineOptions): Engine | string {
  try {
    return createEngine(plan, options);
  } catch (error) {
    if (error instanceof EngineOptionError) return error.message;
    throw error;
  }
}

/** Resolved alerts follow fired ones: why one of these did not come says all. */
function whyOf(plan: Plan, expect: TestExpect, engine: Engine): WhyNot | null {
  if (expect.status === "resolved") return null;
  const names = plan.rules.find(({ name }) => name === expect.rule)?.key.map(({ name }) => name) ?? [];
  const key = Object.entries(expect.fields ?? {}).filter(([name]) => names.includes(name));
  return engine.whyNot(expect.rule, Object.fromEntries(key), expect.at ?? Infinity);
}

function nearestOf(expect: TestExpect, unexpected: readonly Alert[]): MissingAlert["nearest"] {
  let nearest: MissingAlert["nearest"] = null;
  for (const alert of unexpected) {
    if (alert.rule !== expect.rule) continue;
    const differs = differences(expect, alert);
    if (nearest === null || differs.length < nearest.differs.length) nearest = { alert, differs };
  }
  return nearest;
}
