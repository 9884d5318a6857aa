import { windowNeed } from "../engine/window-need.ts";
import type { AggregatePlan, Plan, PlanExpr, RulePlan, WindowPlan } from "../plan.ts";
import { counted } from "./counted.ts";
import type { ExplainNode } from "./explain-plan.ts";
import { aggregateText, millisText } from "./expression-text.ts";
import { ringText } from "./ring-text.ts";
import { isInRing, type KeptWindow, keptText, ringOfTimes } from "./kept-text.ts";

/** A window as the rules of a group use it. */
interface WindowUse {
  readonly plan: WindowPlan | null;
  readonly rules: Set<string>;
  readonly aggregates: Map<string, AggregatePlan>;
  /** How many of its newest events the rules can tell apart; `null`: all. */
  events: number | null;
  /** By the text of a COUNT(DISTINCT): up to which count it is told apart. */
  readonly distinct: Map<string, number>;
}

/**
 * The windows of a group of rules with what they keep per key: equal ones are one, but for those by the clock and sessions, which each
 * rule owns. PARAMs have the values that they are declared with.
 */
export function windowNodes(rules: readonly RulePlan[], plan: Plan): ExplainNode[] {
  const windows = new Map<string, WindowUse>();
  for (const rule of rules) if (rule.sequence === null) addWindows(rule, plan, windows);
  const inRing = [...windows.values()].filter((window) => {
    const kept = keptOf(window);
    return kept !== null && isInRing(kept, plan);
  });
  const inEvents = [...windows.values()].filter((window) => readsEvents(window) && !inRing.includes(window));
  const nodes = [...windows.values()].map((window) => ({
    title: `window ${windowText(window.plan)}`,
    details: [
      `aggregates: ${window.aggregates.size === 0 ? "none" : [...window.aggregates.keys()].join(", ")}`,
      `state per key: ${boundText(window, plan, inRing.length > 1 && inRing.includes(window))}`,
      ...(window.rules.size > 1 ? [`shared by: ${[...window.rules].join(", ")}`] : []),
    ],
    children: [],
  }));
  return [
    ...(inRing.length > 1 ? [ringNode(inRing)] : []),
    ...(inEvents.length > 0 ? [eventsNode(inEvents, plan)] : []),
    ...nodes,
  ];
}

/** Whether events leave the window one by one. */
function readsEvents({ plan }: WindowUse): boolean {
  return (plan?.kind === "within" && plan.precision === null) || plan?.kind === "hopping" || plan?.kind === "last";
}

/** The events of whole windows, each of which begins at a place of its own. */
function eventsNode(windows: readonly WindowUse[], plan: Plan): ExplainNode {
  return {
    title: "ring of events",
    details: [
      `state per event: ${ringText(windows, plan)}`,
      ...(windows.length > 1
        ? [`shared by: the windows ${windows.map((window) => windowText(window.plan)).join(", ")}`]
        : []),
    ],
    children: [],
  };
}

/** The newest times, of which several windows are parts. */
function ringNode(windows: readonly WindowUse[]): ExplainNode {
  const { events, bytes } = ringOfTimes(windows.flatMap((window) => keptOf(window) ?? []));
  return {
    title: `ring of the newest ${counted(events, "time")}`,
    details: [
      `state per key: ${bytes} bytes`,
      `shared by: the windows ${windows.map((window) => windowText(window.plan)).join(", ")}`,
    ],
    children: [],
  };
}

/** A window of which only the newest events are kept; `null` of others. */
function keptOf({ plan, events, distinct, aggregates }: WindowUse): KeptWindow | null {
  if (plan?.kind !== "within" || plan.precision !== null || events === null) return null;
  return { length: plan.length, events, distinct, aggregates };
}

function addWindows(rule: RulePlan, plan: Plan, windows: Map<string, WindowUse>): void {
  const use = (window: WindowPlan | null, owner: string): WindowUse => {
    const id = JSON.stringify([window, owner]);
    const known = windows.get(id) ?? {
      plan: window,
      rules: new Set<string>(),
      aggregates: new Map<string, AggregatePlan>(),
      events: 0,
      distinct: new Map<string, number>(),
    };
    windows.set(id, known);
    known.rules.add(rule.name);
    return known;
  };
  const own = ["tumbling", "hopping", "session"].includes(rule.window?.kind ?? "");
  if (rule.window !== null || rule.aggregates.some(({ over }) => over === null)) {
    const window = use(rule.window, own ? rule.name : "");
    const need = windowNeed(rule, (expr) => constantOf(expr, plan));
    widen(window, need.events);
    for (const [index, aggregate] of rule.aggregates.entries()) {
      if (aggregate.over !== null) continue;
      const text = aggregateText({ ...aggregate, prior: false }, rule);
      window.aggregates.set(text, aggregate);
      const most = need.distinct.get(index);
      if (most !== undefined) window.distinct.set(text, Math.max(most, window.distinct.get(text) ?? 0));
    }
  }
  for (const aggregate of rule.aggregates) {
    if (aggregate.over === null) continue;
    const window = use({ kind: "within", length: aggregate.over, precision: null }, "");
    widen(window, null);
    window.aggregates.set(aggregateText({ ...aggregate, prior: false, over: null }, rule), aggregate);
  }
}

function widen(window: WindowUse, events: number | null): void {
  window.events = window.events === null || events === null ? null : Math.max(window.events, events);
}

function constantOf(expr: PlanExpr, plan: Plan): number | undefined {
  const value =
    expr.op === "value"
      ? expr.value
      : expr.op === "param"
        ? plan.params.find(({ name }) => name === expr.name)?.value
        : undefined;
  return typeof value === "number" ? value : undefined;
}

function windowText(window: WindowPlan | null): string {
  switch (window?.kind) {
    case "within":
      return `WITHIN ${millisText(window.length)}${window.precision === null ? "" : ` PRECISION ${millisText(window.precision)}`}`;
    case "hopping":
      return `WITHIN ${millisText(window.length)} EVERY ${millisText(window.every)}`;
    case "tumbling":
      return `EVERY ${millisText(window.every)}`;
    case "last":
      return `LAST ${window.count} EVENTS`;
    case "session":
      return `SESSION ${millisText(window.gap)}${window.max === null ? "" : ` MAX ${millisText(window.max)}`}`;
    default:
      return "of all events so far";
  }
}

/** Aggregates that keep something of every value even where no event leaves. */
const keepsValues = new Set(["MEDIAN", "PERCENTILE"]);

function boundText(window: WindowUse, whole: Plan, shared: boolean): string {
  const { plan, aggregates } = window;
  const kept = keptOf(window);
  if (kept !== null) return keptText(kept, whole, shared);
  switch (plan?.kind) {
    case "within":
      if (plan.precision !== null) {
        return `one entry per slice of ${millisText(plan.precision)} in the last ${millisText(plan.length)}`;
      }
      return `one entry per event of the last ${millisText(plan.length)}`;
    case "hopping":
      return `one entry per event of the last ${millisText(plan.length)}`;
    case "last":
      return `at most ${counted(plan.count, "entry", "entries")}`;
    default: {
      const perValue = [...aggregates.values()].some(({ fn, distinct: differs }) => keepsValues.has(fn) || differs);
      return perValue ? "one entry per distinct value of the window" : "constant";
    }
  }
}
