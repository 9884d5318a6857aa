import { alertText, expectText, givenText, runTest, type TestResult } from "@weir/core";
import { compile, parse } from "@weir/dsl";
import { describe, expect, it } from "vitest";

const burst =
  "RULE burst FROM pay BY user WITHIN 10s WHEN COUNT() > 2 EMIT HIGH { n: COUNT(), sum: SUM(x) } AND RESOLVE";

function run(text: string): TestResult {
  const { plan, tests, diagnostics } = compile(text);
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return runTest(plan, tests[0]!);
}

const ofBurst = (items: string): TestResult => run(`${burst} TEST "t" { ${items} }`);
const three = `pay { user: "a", x: 0.1 } AT 0s, 1s, 2s`;

describe("a TEST block", () => {
  it("holds where the rules fire exactly what is expected", () => {
    const { passed, met, missing, unexpected } = ofBurst(`${three} EXPECT burst HIGH AT 2s { user: "a", n: 3 }`);
    expect(passed).toBe(true);
    expect(met.map(({ alert }) => alertText(alert))).toEqual([
      'burst HIGH AT 2s { user: "a", n: 3, sum: 0.30000000000000004 }',
    ]);
    expect([missing, unexpected]).toEqual([[], []]);
  });

  it("fails where an alert is missing, comes twice, or is expected by nothing", () => {
    expect(ofBurst(`${three} EXPECT burst EXPECT burst`).missing.map(({ expect: e }) => e.line)).toEqual([1]);
    expect(ofBurst(`${three} EXPECT NOTHING`).unexpected.map(({ at }) => at)).toEqual([2000]);
    expect(ofBurst(`${three} EXPECT NOTHING`).passed).toBe(false);
    expect(ofBurst(`pay { user: "a" } AT 0s EXPECT burst`).passed).toBe(false);
  });

  it("says in what the nearest alert differs", () => {
    const { missing } = ofBurst(`${three} EXPECT burst AT 1s { n: 4, user: "a" }`);
    expect(missing[0]?.nearest?.differs).toEqual(["at", { field: "n" }]);
    expect(expectText(missing[0]!.expect)).toBe('burst AT 1s { n: 4, user: "a" }');
  });

  it("compares numbers as exactly as results are, lists and objects by what they hold", () => {
    expect(ofBurst(`${three} EXPECT burst { sum: 0.3 }`).passed).toBe(true);
    expect(ofBurst(`${three} EXPECT burst { sum: 0.3000001 }`).passed).toBe(false);
    const listed = (expected: string): boolean =>
      run(
        `RULE r FROM s EMIT LOW { tags, o, gone }
         TEST "t" { s { tags: ["x", 1], o: { a: 1, b: NULL } } AT 0s EXPECT r ${expected} }`,
      ).passed;
    expect(listed('{ tags: ["x", 1], o: { b: NULL, a: 1 }, gone: NULL }')).toBe(true);
    for (const wrong of ['{ tags: ["x"] }', '{ tags: ["x", "1"] }', "{ o: { a: 1 } }", "{ o: 1 }", "{ gone: 0 }"]) {
      expect([wrong, listed(wrong)]).toEqual([wrong, false]);
    }
  });

  it("gives every expectation an alert of its own where that can be", () => {
    const twice = `pay { user: "a" } AT 0s, 1s, 2s pay { user: "b" } AT 3s, 4s, 5s`;
    expect(ofBurst(`${twice} EXPECT burst EXPECT burst { user: "a" }`).passed).toBe(true);
    expect(ofBurst(`${twice} EXPECT burst { user: "a" } EXPECT burst { user: "a" }`).passed).toBe(false);
  });

  it("compares resolved alerts only where one is expected", () => {
    expect(ofBurst(`${three} EXPECT burst UNTIL 1m`).passed).toBe(true);
    expect(ofBurst(`${three} EXPECT burst EXPECT burst RESOLVED AT 12s UNTIL 1m`).passed).toBe(true);
    expect(ofBurst(`${three} EXPECT burst RESOLVED UNTIL 1m`).passed).toBe(false);
  });

  it("moves the clock on to UNTIL, and no further", () => {
    const quiet = (until: string): boolean =>
      run(
        `RULE unpaid SEQUENCE o: orders BY id THEN NOT p: payments BY id WITHIN 15m EMIT LOW
         TEST "t" { orders { id: 1 } AT 0s EXPECT unpaid AT 15m ${until} }`,
      ).passed;
    expect([quiet(""), quiet("UNTIL 15m"), quiet("UNTIL 14m59s")]).toEqual([false, true, false]);
  });

  it("counts only the alerts of its own file", () => {
    const { plan, tests } = compile(`${burst} RULE all FROM pay EMIT LOW TEST "t" { ${three} EXPECT burst }`);
    expect(runTest(plan!, tests![0]!).unexpected).toHaveLength(3);
    expect(runTest(plan!, { ...tests![0]!, rules: ["burst"] }).passed).toBe(true);
  });

  it("puts times where the stream has them, and runs events in the order of their times", () => {
    const fields = (time: string): unknown[] =>
      run(
        `STREAM s { n: NUMBER } ${time} RULE r FROM s EMIT LOW { n, t: EVENT_TIME() }
         TEST "t" { s { n: 1 } AT 2s s { n: 2 } AT 1s EXPECT NOTHING }`,
      ).alerts.map(({ data }) => [data["n"], data["t"]]);
    for (const time of ["", "TIME n_at", "TIME n_at IN SECONDS", "TIME n_at IN MICROSECONDS", "TIME ARRIVAL"]) {
      expect([time, fields(time)]).toEqual([
        time,
        [
          [2, 1000],
          [1, 2000],
        ],
      ]);
    }
  });

  it("is written as it is read: expectations, alerts, and events", () => {
    const result = run(
      `RULE \`my rule\` FROM s WITHIN 1s WHEN COUNT() > 1 EMIT HIGH { \`a b\`: 'x"y', n: COUNT() } AND RESOLVE
       TEST "t" { s { \`my x\`: [1, "2", null] } AT 0s, 100ms EXPECT \`my rule\` RESOLVED AT 1h UNTIL 1m }`,
    );
    const texts = [...result.alerts.map(alertText), ...result.missing.map(({ expect: e }) => expectText(e))];
    expect(texts).toEqual([
      '`my rule` HIGH AT 100ms { `a b`: "x\\"y", n: 2 }',
      '`my rule` RESOLVED AT 1s100ms { `a b`: "x\\"y", n: 2 }',
      "`my rule` RESOLVED AT 1h",
    ]);
    const again = `RULE \`my rule\` FROM s EMIT HIGH AND RESOLVE TEST "t" { ${result.events.map((event) => `${givenText(event)} AT 0s`).join(" ")} ${texts.map((text) => `EXPECT ${text}`).join(" ")} }`;
    const read = parse(again);
    expect(read.diagnostics).toEqual([]);
  });

  it("tells of events that were set aside, and of PARAMs that make no engine", () => {
    const ahead = run(
      `STREAM s { n: NUMBER } AHEAD 1m RULE r FROM s EMIT LOW
       TEST "t" { s { n: 1 } AT 0s, 1h EXPECT r EXPECT r }`,
    );
    expect(ahead.setAside.map(({ kind, stream }) => [kind, stream])).toEqual([["bad", "s"]]);
    const { plan, tests } = compile(
      `PARAM pause = 1s RULE r FROM s SESSION pause EMIT LOW TEST "t" { s { n: 1 } AT 0s EXPECT r }`,
    );
    const problem = runTest(plan!, { ...tests![0]!, params: { pause: 0 } });
    const endless = run(
      `PARAM every = 1s RULE r FROM s BY n EVERY every WHEN COUNT() > 9 EMIT LOW EXPIRE AFTER 3650d
       TEST "t" { PARAM every = 1ms s { n: 1 } AT 0s EXPECT NOTHING UNTIL 3650d }`,
    );
    expect(endless.passed).toBe(false);
    expect(endless.problem).toBe("the clock passes 315360000000 ends of the windows of rule `r`, one every 1ms");
    expect(problem.passed).toBe(false);
    expect(problem.problem).toContain("PARAM `pause`");
  });
});
