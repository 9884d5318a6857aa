import { createEngine, type Engine, type EventData } from "@weir/core";
import { compile, type CompileResult } from "@weir/dsl";
import { bytesInUse, cpuNanos, median } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const events = scaled(100_000);

interface Shape {
  readonly name: string;
  readonly rule: (i: number) => string;
}

const shapes: readonly Shape[] = [
  {
    name: "equality in WHERE, a window by key",
    rule: (i) => `FROM s WHERE kind = "k${i}" BY user WITHIN 1m WHEN COUNT() > 100 EMIT LOW`,
  },
  {
    name: "a range in WHEN",
    rule: (i) => `FROM s WHEN amount BETWEEN ${i * 10} AND ${i * 10 + 5} AND user = "nobody" EMIT LOW`,
  },
  {
    name: "unrelated fields, most of them absent",
    rule: (i) => `FROM s WHERE f${i} = 1 AND amount > 5 BY user WITHIN 1m WHEN COUNT() > 100 EMIT LOW`,
  },
];

/** What one more rule costs, where rules differ in a constant and few of them concern an event. */
export function run(report: Report): void {
  for (const { name, rule } of shapes) {
    report.heading(name);
    let one = Number.NaN;
    for (const count of [1, 100, 1000, 10_000]) {
      const rules = Array.from({ length: count }, (_, i) => rule(i)).join("\n");
      let compiled: ReturnType<typeof planOf>;
      const compileNanos = cpuNanos(() => {
        compiled = planOf(rules);
      });
      const before = bytesInUse();
      let engine!: Engine;
      const buildNanos = cpuNanos(() => {
        engine = createEngine(compiled);
      });
      const nanos = steady(engine, (from) => eventsFor(count, from));
      const used = bytesInUse() - before;
      if (count === 1) one = nanos;
      report.row(`${count} rules`, nanos, "ns/event");
      if (count === 1000) report.row(`added by 1,000 rules: ${name}`, nanos - one, "ns/event", { atMost: 100 });
      if (count === 10_000) {
        report.row("10,000 rules: text to plan", compileNanos / 1e6, "ms");
        report.row("10,000 rules: plan to engine", buildNanos / 1e6, "ms");
        report.row("10,000 rules: memory, with that of 1,000 keys", used / 1e6, "MB");
      }
    }
  }
  whereTheTimeGoes(report);
  tenOfMany(report);
  oneMore(report);
}

/** A rule more in the middle of 9,999, of which an engine holds the state of 1,000 keys. */
function oneMore(report: Report): void {
  for (const { name, rule } of shapes) {
    report.heading(`one rule more: ${name}`);
    const rules = Array.from({ length: 9999 }, (_, i) => `RULE r${i} ${rule(i)}`);
    const text = `${rules.join("\n")}\n`;
    let previous!: CompileResult;
    const textNanos = cpuNanos(() => {
      previous = compile(text);
    });
    let engine!: Engine;
    const engineNanos = cpuNanos(() => {
      engine = createEngine(previous.plan!);
    });
    for (const event of eventsFor(1000, 1_767_225_600_000)) engine.push("s", event);
    const nanos = Array.from({ length: 15 }, (_, i) => {
      const more = [...rules.slice(0, 5000), `RULE more ${rule(10_000 + i)}`, ...rules.slice(5000)];
      const changed = `${more.join("\n")}\n`;
      let result!: CompileResult;
      const toPlan = cpuNanos(() => {
        result = compile(changed, { previous });
      });
      const toEngine = cpuNanos(() => engine.updateRules(result.plan!));
      const back = cpuNanos(() => engine.updateRules(previous.plan!));
      return { toPlan, toEngine, back };
    });
    const of = (part: "toPlan" | "toEngine" | "back"): number => median(nanos.slice(5).map((one) => one[part])) / 1e6;
    report.row("text to plan, all", textNanos / 1e6, "ms");
    report.row("text to plan, with what was compiled before", of("toPlan"), "ms");
    report.row("plan to engine, all", engineNanos / 1e6, "ms");
    report.row("plan to engine, in place", of("toEngine"), "ms");
    report.row("and taken out again", of("back"), "ms");
  }
}

/** 1,000 equality rules of which events concern some only, and the same number of states of a rule and key in one rule. */
function whereTheTimeGoes(report: Report): void {
  report.heading("equality in WHERE, a window by key: what is it that costs?");
  for (const [rules, met, states] of [
    [1, 1, 1000],
    [1000, 10, 1000],
    [1000, 1000, 1000],
    [1, 1, 50_000],
    [1000, 1000, 50_000],
  ] as const) {
    const text = Array.from({ length: rules }, (_, i) => shapes[0]!.rule(i)).join("\n");
    const nanos = steady(createEngine(planOf(text)), (from) =>
      Array.from({ length: events }, (_, i) => ({ ts: from + i, user: `u${i % states}`, kind: `k${i % met}` })),
    );
    const name = `${rules} rules, ${met} of them concerned, ${states.toLocaleString("en")} states`;
    report.row(name, nanos, "ns/event");
  }
}

/** Ten rules that every event concerns, alone and among others of several shapes that none does. */
function tenOfMany(report: Report): void {
  report.heading("10 rules that every event concerns, among others");
  const ten = Array.from(
    { length: 10 },
    (_, i) => `FROM s WHERE kind = "a" AND amount > ${i} BY user WITHIN 1m WHEN COUNT() > ${100 + i} EMIT LOW`,
  );
  const others: readonly ((i: number) => string)[] = [
    (i) => `FROM s WHERE kind = "k${i}" AND amount > 5 BY user WITHIN 1m WHEN COUNT() > 100 EMIT LOW`,
    (i) => `FROM s WHERE country IN ("c${i}", "d${i}") BY user WITHIN 1h WHEN SUM(amount) > 100 EMIT LOW`,
    (i) => `FROM s WHEN amount BETWEEN ${200_000 + i} AND ${200_010 + i} EMIT LOW`,
    (i) => `FROM s WHERE f${i} = 1 BY user WITHIN 5m WHEN COUNT(DISTINCT country) > 3 EMIT LOW`,
    (i) => `BY user SEQUENCE a: s WHERE kind = "x${i}" THEN b: s WHERE kind = "y${i}" WITHIN 1m EMIT LOW`,
  ];
  const eventsFrom = (from: number): readonly EventData[] =>
    Array.from({ length: events }, (_, i) => ({
      ts: from + i,
      user: `u${i % 1000}`,
      kind: "a",
      country: `x${i % 50}`,
      amount: 100 + ((i * 104_729) % 100_000),
    }));
  let alone = Number.NaN;
  for (const count of [10, 1000, 10_000]) {
    const more = Array.from({ length: count - 10 }, (_, i) => others[i % others.length]!(i));
    const nanos = steady(createEngine(planOf([...ten, ...more].join("\n"))), eventsFrom);
    if (count === 10) alone = nanos;
    report.row(`${count} rules`, nanos, "ns/event");
    report.row(`${count} rules, against the 10 alone`, nanos / alone, "×", { atMost: 3 });
  }
}

/** Nanoseconds of an event once the engine is warm: the median of some rounds behind the first ones. */
function steady(engine: Engine, eventsFrom: (ts: number) => readonly EventData[]): number {
  const nanos = Array.from({ length: 6 }, (_, round) => {
    const given = eventsFrom(1_767_225_600_000 + round * events);
    globalThis.gc?.();
    return cpuNanos(() => {
      for (const event of given) engine.push("s", event);
    });
  });
  return median(nanos.slice(3)) / events;
}

/**
 * Each event concerns one rule at most, whatever their number; a user's events always the same, so that there are as many states of a
 * rule and key with one rule as with a thousand.
 */
function eventsFor(rules: number, from: number): readonly EventData[] {
  return Array.from({ length: events }, (_, i) => ({
    ts: from + i,
    user: `u${i % 1000}`,
    kind: `k${(i % 1000) % rules}`,
    amount: (i * 104_729) % 100_000,
    [`f${i % 10}`]: 1,
  }));
}
