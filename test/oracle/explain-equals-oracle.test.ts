import { type Alert, type ConditionPart, createEngine, type Engine, type RunTrace, type WhyNot } from "@weir/core";
import type { Expr } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectAlike, withoutId } from "./compare.ts";
import { evaluate } from "./expressions.ts";
import { type Case, oneOf, plainPrelude } from "./generate-events.ts";
import { casesOf, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { evaluateRules, type OracleAlert } from "./oracle.ts";
import { planOf } from "./run-engine.ts";
import type { Scope, Seen } from "./scope.ts";
import { toJson, type Value } from "./values.ts";
import type { Watch } from "./world.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 4);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 120;

interface Explained {
  readonly engine: Engine;
  readonly alerts: readonly Alert[];
}

function explain({ text, events, options }: Case, showsEvents = true): Explained {
  const { until, ...rest } = options;
  const engine = createEngine(planOf(text), { ...rest, explain: { events: showsEvents } });
  const alerts = events.flatMap(({ stream, event }) => engine.push(stream, event));
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...engine.advanceTo(until));
  return { engine, alerts };
}

/** What the oracle fired with. */
interface FiredWith {
  readonly held: readonly Seen[];
  readonly bound: ReadonlyMap<string, readonly Seen[]>;
  /** The sides of the parts that AND joins, where they are comparisons; `null`: no WHEN. */
  readonly sides: readonly (readonly [unknown, unknown] | null)[] | null;
}

/** The alerts that fired, engine's and oracle's side by side. */
function firedAlike(given: Case): readonly { alert: Alert; engine: Engine; by: FiredWith }[] {
  const found: { readonly oracle: OracleAlert; readonly by: FiredWith }[] = [];
  const watch: Watch = {
    fired(oracle, { when }, scope) {
      const held = [...(scope.held ?? [])];
      const sides = when === null ? null : joined(when).map((part) => sidesOf(part, scope));
      found.push({ oracle, by: { held, bound: scope.bound ?? new Map<string, readonly Seen[]>(), sides } });
    },
  };
  evaluateRules(given.text, given.events, { ...given.options, watch });
  const { engine, alerts } = explain(given);
  const fired = alerts.filter(({ status }) => status === "firing");
  expectAlike(
    fired.map(withoutId),
    found.map(({ oracle }) => oracle),
  );
  return fired.map((alert, i) => ({ alert, engine, by: found[i]!.by }));
}

function joined(expr: Expr): readonly Expr[] {
  return expr.kind === "binary" && expr.op === "AND" ? [...joined(expr.left), ...joined(expr.right)] : [expr];
}

function sidesOf(expr: Expr, scope: Scope): readonly [unknown, unknown] | null {
  const compares = expr.kind === "binary" && ["=", "==", "!=", "<>", "<", "<=", ">", ">="].includes(expr.op);
  return compares ? [toJson(evaluate(expr.left, scope)), toJson(evaluate(expr.right, scope))] : null;
}

describe("what an explained alert says", () => {
  it("its events are the contents of the window, the newest 100", { timeout }, () => {
    const windowed = windowRules.filter((text) => /\b(?:WITHIN|LAST|EVERY|SESSION)\b/.test(text));
    fc.assert(
      fc.property(casesOf(windowed), (example) => {
        const clauses = new Map(example.text.split(/^RULE /m).map((rule) => [rule.slice(0, 2), rule]));
        for (const { alert, by } of firedAlike(example)) {
          // A rule without a window shows the events that its expressions read.
          if (!/^ *(?:WITHIN|LAST|EVERY|SESSION)\b/m.test(clauses.get(alert.rule)!)) continue;
          expect(alert.events).toEqual(by.held.map(({ raw }) => raw));
        }
      }),
      given,
    );
  });

  it("its events are what the run of a sequence bound, by alias", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(sequenceRules), (example) => {
        for (const { alert, by } of firedAlike(example)) {
          const bound = [...by.bound].filter(([, events]) => events.length > 0);
          expect(alert.events).toEqual(
            Object.fromEntries(
              bound.map(([alias, events]: readonly [string, readonly Seen[]]) => [alias, events.map(({ raw }) => raw)]),
            ),
          );
        }
      }),
      given,
    );
  });

  it("the parts of its condition are what the oracle computes", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(fc.oneof(windowRules, sequenceRules)), (example) => {
        for (const { alert, engine, by } of firedAlike(example)) {
          const { condition } = engine.why(alert.id)!;
          expect(condition === null).toBe(by.sides === null);
          if (condition === null || by.sides === null) continue;
          expect([condition.truth, condition.closeness]).toEqual([true, 1]);
          const parts = condition.op === "and" ? condition.parts : [condition];
          expectAlike(parts.map(sidesRead), by.sides);
        }
      }),
      given,
    );
  });
});

function sidesRead({ compare }: ConditionPart): readonly [unknown, unknown] | null {
  return compare === null ? null : [compare.left.value, compare.right.value];
}

/** One rule with one comparison of an aggregate with a constant. */
const thresholdRules: fc.Arbitrary<string> = fc
  .record({
    declarations: plainPrelude,
    filter: oneOf("", "WHERE x > 0", "WHERE ok AND x < 5"),
    by: oneOf("BY u", "", "BY u, v"),
    window: oneOf("WITHIN 5s", "WITHIN 10s", "LAST 3 EVENTS", "EVERY 5s", "WITHIN 10s EVERY 2s", "SESSION 3s", ""),
    left: oneOf("COUNT()", "SUM(x)", "MAX(x)", "AVG(x)", "COUNT(DISTINCT s)", "MIN(x)", "COUNT(ok)", "COUNT() OVER 3s"),
    cmp: oneOf(">", ">=", "<", "<="),
    right: oneOf("3", "limit", "1", "6", "0"),
    how: oneOf("", "EACH", "AND RESOLVE", "COOLDOWN 10s", "FOR 2s"),
    expire: oneOf("EXPIRE AFTER 20s", "EXPIRE AFTER 1m"),
  })
  .map(({ declarations, filter, by, window, left, cmp, right, how, expire }) => {
    const session = window.startsWith("SESSION");
    const wait = how.startsWith("FOR") && !session ? how : "";
    const each = how === "EACH" ? "EACH" : "";
    const after = how === "AND RESOLVE" && session ? "" : how === "EACH" || how.startsWith("FOR") ? "" : how;
    return `${declarations}\n\nRULE r ${filter} ${by} ${window} WHEN ${left} ${cmp} ${right} ${wait} EMIT ${each} LOW ${after} ${expire}`;
  });

interface Evaluated {
  readonly at: number;
  readonly left: Value;
  readonly isTrue: boolean;
}

/** What the oracle evaluates, by key. */
function evaluations({
  text,
  events,
  options,
}: Case): ReadonlyMap<string, { key: readonly Value[]; all: Evaluated[] }> {
  const found = new Map<string, { key: readonly Value[]; all: Evaluated[] }>();
  const watch: Watch = {
    evaluated(rule, key, scope, at) {
      const { when } = rule.branches[0]!;
      if (when?.kind !== "binary") return;
      const name = JSON.stringify(key.map(toJson));
      const known = found.get(name) ?? { key, all: [] };
      found.set(name, known);
      known.all.push({ at, left: evaluate(when.left, scope), isTrue: evaluate(when, scope) === true });
    },
  };
  evaluateRules(text, events, { ...options, watch });
  return found;
}

/** Of all evaluations the first that held, else the one whose left side came closest. */
function closest(all: readonly Evaluated[], above: boolean): Evaluated {
  const nearness = ({ left, isTrue }: Evaluated): number => {
    if (isTrue) return Infinity;
    return typeof left === "number" ? (above ? left : -left) : -Infinity;
  };
  return all.reduce((best, one) => (nearness(one) > nearness(best) ? one : best));
}

function leftOf(evaluation: WhyNot["best"]): unknown {
  return evaluation?.condition?.compare?.left.value;
}

describe("why a rule did not fire", () => {
  it("the best value is the best of all that the oracle computes, up to any time", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(thresholdRules), fc.nat(), (example, pick) => {
        const { engine } = explain(example, pick % 2 === 0);
        const above = / WHEN \S+(?: OVER 3s)?(?:\(.*\))? >/.test(
          example.text.split("\n\nRULE")[1]!.replaceAll("COUNT(DISTINCT s)", "COUNT()"),
        );
        for (const { key, all } of evaluations(example).values()) {
          const asked = keyObject(example.text, key);
          const best = closest(all, above);
          const overall = engine.whyNot("r", asked);
          expectAlike(leftOf(overall.best), toJson(best.left));
          expect(overall.best!.closeness === 1).toBe(best.isTrue);
          const { at } = all[pick % all.length]!;
          const then = engine.whyNot("r", asked, at);
          if (!then.complete) continue;
          const before = all.filter((one) => one.at <= at);
          // Those of one instant are one after the other.
          expectAlike([then.last!.at, leftOf(then.last)], [at, toJson(before.at(-1)!.left)]);
        }
      }),
      given,
    );
  });

  it("near misses did not hold, nor did what lies beside them", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(thresholdRules), (example) => {
        const { engine } = explain(example);
        const known = evaluations(example);
        for (const miss of engine.nearMisses("r", 100)) {
          const { all } = known.get(JSON.stringify(Object.values(miss.key)))!;
          expect(miss.closeness).toBeLessThan(1);
          expect(all.some(({ at, isTrue }) => at === miss.at && !isTrue)).toBe(true);
        }
      }),
      given,
    );
  });
});

describe("why a sequence did not fire", () => {
  it("its near misses are runs that ended as the oracle says, and every run that failed lived beside one", {
    timeout,
  }, () => {
    const oneByOne = sequenceRules.filter((text) => !text.includes("MATCH ALL"));
    fc.assert(
      fc.property(casesOf(oneByOne), (example) => {
        const ended = runsEnded(example);
        // What is remembered of a key has a bound.
        fc.pre([...ended.values()].every((runs) => runs.length <= 16));
        const { engine } = explain(example);
        const found = planOf(example.text).rules.flatMap(({ name }) => engine.nearMisses(name, 100));
        fc.pre(found.length < 100);
        const byKey = Map.groupBy(found, ({ rule, key }) => `${rule} ${JSON.stringify(Object.values(key))}`);
        for (const [name, misses] of byKey) {
          const known = ended.get(name)!.map(({ text }) => text);
          for (const { run } of misses) expect(known).toContain(textOf(run!));
        }
        for (const [name, runs] of ended) {
          for (const { startedAt, endedAt, fails } of runs) {
            if (!fails) continue;
            const beside = (byKey.get(name) ?? []).filter(
              ({ at, run }) => run!.startedAt <= endedAt && startedAt <= at,
            );
            expect(beside.length).toBeGreaterThan(0);
          }
        }
      }),
      given,
    );
  });
});

interface EndedRun {
  readonly startedAt: number;
  readonly endedAt: number;
  /** It neither matched nor went with a match. */
  readonly fails: boolean;
  readonly text: string;
}

/** The runs that the oracle ends, by rule and key. */
function runsEnded({ text, events, options }: Case): ReadonlyMap<string, readonly EndedRun[]> {
  const ended = new Map<string, EndedRun[]>();
  const watch: Watch = {
    ended({ name }, key, run, how, at) {
      const bound: Record<string, number> = {};
      for (const { alias } of run.bound) bound[alias] = (bound[alias] ?? 0) + 1;
      const id = `${name} ${JSON.stringify(key.map(toJson))}`;
      const all = ended.get(id) ?? [];
      ended.set(id, all);
      const startedAt = run.first.ts;
      const fails = how !== "matched" && how !== "dropped";
      all.push({ startedAt, endedAt: at, fails, text: runText(startedAt, bound, how, at) });
    },
  };
  evaluateRules(text, events, { ...options, watch });
  return ended;
}

function textOf({ startedAt, bound, end }: RunTrace): string {
  const counts = Object.fromEntries(Object.entries(bound).map(([alias, { count }]) => [alias, count]));
  return runText(startedAt, counts, fates[end.kind] ?? end.kind, "at" in end ? end.at : 0);
}

const fates: Readonly<Record<string, string>> = { forbidden: "died", interrupted: "died", "not-true": "untrue" };

function runText(startedAt: number, bound: Readonly<Record<string, number>>, how: string, at: number): string {
  const counts = Object.entries(bound).map(([alias, count]) => `${alias}:${count}`);
  return `${startedAt} ${counts.sort().join(",")} ${how} ${at}`;
}

function keyObject(text: string, key: readonly Value[]): Readonly<Record<string, unknown>> {
  const names = planOf(text).rules[0]!.key.map(({ name }) => name);
  return Object.fromEntries(key.map((value, i) => [names[i]!, toJson(value)]));
}
