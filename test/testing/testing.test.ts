import {
  checkLaws,
  compileRules,
  type Offered,
  randomEvents,
  replay,
  RulesError,
  ruleTests,
  weirMatchers,
  type WeirMatchers,
} from "@weir/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends WeirMatchers<R> {}
}

expect.extend(weirMatchers);

const burst = `
STREAM payments { user: STRING, amount: NUMBER, at: { ip: STRING }, note?: STRING }
PARAM span = 10s
RULE burst
  FROM payments
  BY user
  WITHIN span
  WHEN COUNT() > 3
  EMIT HIGH { total: SUM(amount) }
`;

function payments(...times: readonly number[]): readonly Offered[] {
  return times.map((ts) => ({ stream: "payments", event: { ts, user: "u1", amount: 10, at: { ip: "::1" } } }));
}

describe("TEST blocks as tests of a runner", () => {
  const text = (at: string): string =>
    `${burst} TEST "four fire" { payments { user: "u1", amount: 10 } AT 0s, 1s, 2s, 3s  EXPECT burst HIGH AT ${at} { total: 40 } }`;

  test("one that holds does not throw", () => {
    const [only] = ruleTests(text("3s"));
    expect(only?.name).toBe("four fire");
    expect(() => only?.run()).not.toThrow();
  });

  test("one that fails says what did not come, and what came", () => {
    const [only] = ruleTests(text("4s"));
    expect(() => only?.run()).toThrow(
      /`burst HIGH AT 4s { total: 40 }` came otherwise: at 3s, not at 4s\n[^]*3s \+ fired burst HIGH AT 3s[^]*4s - expected burst HIGH AT 4s/,
    );
  });

  test("rules with errors are shown where they are wrong", () => {
    expect(() => ruleTests("FROM a WHERE b >> 1 EMIT LOW")).toThrow(RulesError);
    expect(() => compileRules("RULE r WITHIN 10 COUNT() > 1 EMIT LOW")).toThrow(/rules:1:15/);
  });
});

describe("matchers", () => {
  test("the alerts that came are the expected ones", () => {
    expect(replay(burst, payments(0, 1000, 2000, 3000))).toFire([
      { rule: "burst", severity: "HIGH", at: 3000, fields: { user: "u1", total: 40 } },
    ]);
    expect(replay(burst, payments(0, 1000, 2000))).toFireNothing();
    expect(replay(burst, payments(0, 1000, 2000))).toFireNothing("burst");
  });

  test.each([
    ["another time", [{ rule: "burst", at: 4000 }]],
    ["another field", [{ rule: "burst", fields: { total: 41 } }]],
    ["a field that is not there", [{ rule: "burst", fields: { toString: 1 } }]],
    ["another severity", [{ rule: "burst", severity: "LOW" as const }]],
    ["one too many", []],
    ["one too few", [{ rule: "burst" }, { rule: "burst" }]],
  ])("%s is told apart", (_, expected) => {
    const found = replay(burst, payments(0, 1000, 2000, 3000));
    expect(() => expect(found).toFire(expected)).toThrow(/burst HIGH at 3000 \{"user":"u1","total":40\}/);
    expect(found).not.toFire(expected);
  });
});

describe("random events", () => {
  const { plan } = compileRules(burst);

  test("have the declared types", () => {
    fc.assert(
      fc.property(randomEvents(plan), (events) => {
        const { stats } = replay(plan, events);
        expect([stats.typeMismatch, stats.bad, stats.late]).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });

  test("find the places where rules fire, and their edges", () => {
    const samples = fc.sample(randomEvents(plan), { numRuns: 200, seed: 1 });
    const fired = samples.filter((events) => replay(plan, events).alerts.length > 0);
    expect(fired.length).toBeGreaterThan(20);
    const gaps = samples.flatMap((events) =>
      events.map(({ event }, i) => timeOf(event) - timeOf(events[i - 1]?.event)),
    );
    for (const edge of [9_999, 10_000, 10_001]) expect(gaps).toContain(edge);
  });

  test("come late only where disorder is asked for", () => {
    const samples = fc.sample(randomEvents(plan, { disorderMs: 3000 }), { numRuns: 50, seed: 1 });
    expect(samples.some((events) => replay(plan, events).stats.late > 0)).toBe(true);
    expect(samples.every((events) => replay(plan, events, { lateness: 3000 }).stats.late === 0)).toBe(true);
  });

  test("are of the streams of a sequence, without those that rules write", () => {
    const chained = compileRules(`
      RULE a FROM one WHEN x > 1 EMIT LOW INTO two
      RULE b SEQUENCE two THEN three WITHIN 1m EMIT LOW
      RULE c FROM four WHERE s = "special" EMIT LOW`);
    const events = fc.sample(randomEvents(chained.plan), { numRuns: 50, seed: 1 }).flat();
    expect(new Set(events.map(({ stream }) => stream))).toEqual(new Set(["one", "three", "four"]));
    expect(events.some(({ event }) => event["s"] === "special")).toBe(true);
  });
});

describe("laws", () => {
  test("hold for rules of every kind", () => {
    checkLaws(burst);
    checkLaws(
      "RULE r BY u EVERY 5s WHEN SUM(x) > 3 EMIT LOW AND RESOLVE  RULE s BY u SESSION 3s EMIT LOW { n: COUNT() }",
    );
    checkLaws("RULE q BY u SEQUENCE a: s WHERE x > 2 THEN NOT b: s WHERE x = 0 WITHIN 10s EMIT HIGH { x: a.x }");
  });

  test("are broken by a function that remembers", () => {
    let calls = 0;
    expect(() =>
      checkLaws(
        compileRules("RULE r FROM s WHEN ODD(x) > 2 EMIT LOW", {
          functions: { ODD: { params: ["ANY"], returns: "NUMBER" } },
        }).plan,
        {
          functions: { odd: () => calls++ % 5 },
          seed: 1,
        },
      ),
    ).toThrow(/law `(?:again|restart)`/);
  });
});

function timeOf(event: Readonly<Record<string, unknown>> | undefined): number {
  return Number(event?.["ts"]);
}
