import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../packages/core/src/expression/compile-expression.ts";
import type { PlanExpr } from "../../../packages/core/src/plan.ts";
import { Duration, Time } from "../../../packages/core/src/value.ts";
import { fromHost } from "../../../packages/core/src/values/from-host.ts";
import { toJson } from "../../../packages/core/src/values/to-json.ts";
import { call, constant, contextOf, evaluate, field, given, scopeOf, type Value } from "./evaluate.ts";

const member = (object: PlanExpr, name: string): PlanExpr => ({ op: "member", object, name });
const index = (object: PlanExpr, at: PlanExpr): PlanExpr => ({ op: "index", object, index: at });

describe("a field", () => {
  test.each<[string, unknown, Value]>([
    ["is its value", { f: "x" }, "x"],
    ["that is missing is NULL", {}, null],
    ["that is undefined is NULL", { f: undefined }, null],
    ["that is not finite is NULL", { f: Number.NaN }, null],
    ["may be a list", { f: [1, Number.NaN] }, [1, null]],
    ["may be a date of the host", { f: new Date(5) }, new Time(5)],
  ])("%s", (_, data, expected) => expect(evaluate(field("f"), data)).toEqual(expected));

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"])("`%s` is just a name", (name) => {
    expect(evaluate(field(name), {})).toBeNull();
    expect(evaluate(member(field("f"), name), { f: {} })).toBeNull();
    expect(evaluate(member(given("x"), name), {}, scopeOf({ x: {} }))).toBeNull();
    expect(evaluate(index(field("f"), constant(name)), { f: {} })).toBeNull();
    const own: unknown = JSON.parse(`{"${name}": 5, "f": {"${name}": 6}}`);
    expect(evaluate(field(name), own)).toBe(5);
    expect(evaluate(member(field("f"), name), own)).toBe(6);
  });

  test("that gave the event its time reads as that time, whatever its form", () => {
    const run = compileExpression(field("ts"), scopeOf());
    expect(run(contextOf({ ts: "1970-01-01T00:00:05Z" }, { time: 5000, timeField: "ts" }))).toEqual(new Time(5000));
    expect(run(contextOf({ ts: "x" }, { time: 5000, timeField: "time" }))).toBe("x");
    expect(run(contextOf({}, { time: 5000, timeField: null }))).toBeNull();
  });

  test("of no event is NULL", () => {
    for (const expr of [
      field("f"),
      field("ts"),
      member(field("f"), "g"),
      { op: "event-time" },
      { op: "stream-name" },
    ] as PlanExpr[]) {
      expect(compileExpression(expr, scopeOf())({ ...contextOf({}), row: null })).toBeNull();
    }
  });
});

describe("reaching into a value", () => {
  const data = {
    f: { a: [{ b: 1 }, { b: [7, 8] }], n: null, s: "text", d: new Date(5), u: new Uint8Array([3]) },
    l: [1],
  };
  const f = field("f");
  const cases: readonly (readonly [string, PlanExpr, Value])[] = [
    ["goes as deep as the path", index(member(index(member(f, "a"), constant(1)), "b"), constant(0)), 7],
    ["of an object by a text", index(f, constant("s")), "text"],
    ["beyond the end of a list is NULL", index(member(f, "a"), constant(2)), null],
    ["at a negative place is NULL", index(field("l"), constant(-1)), null],
    ["at a fraction is NULL", index(field("l"), constant(0.5)), null],
    ["by NULL is NULL", index(field("l"), constant(null)), null],
    ["of an object by a number is NULL", index(f, constant(0)), null],
    ["of a list by a text is NULL", index(field("l"), constant("0")), null],
    ["`length` of a list is NULL", member(field("l"), "length"), null],
    ["`length` of a text is NULL", member(member(f, "s"), "length"), null],
    ["of a text by a number is NULL", index(member(f, "s"), constant(0)), null],
    ["of NULL is NULL", member(member(f, "n"), "x"), null],
    ["of a missing field is NULL", member(member(f, "none"), "x"), null],
    ["of a time is NULL", member(member(f, "d"), "ms"), null],
    ["of bytes counts bytes", index(member(f, "u"), constant(0)), 3],
  ];
  test.each(cases)("%s", (_, expr, expected) => expect(evaluate(expr, data)).toEqual(expected));

  test("is the same read by the path or step by step", () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.constantFrom<unknown>(null, undefined, Number.NaN, "s", new Date(1), new Time(2), new Duration(3), 5n),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "ms", "length"), tie("tree"), { maxKeys: 3 }),
      ),
    }));
    const step = fc.constantFrom<(string | number)[]>("a", "b", "ms", "length", 0, 1, -1);
    fc.assert(
      fc.property(tree, fc.array(step, { maxLength: 3 }), (tree, steps) => {
        const build = (from: PlanExpr): PlanExpr =>
          steps.reduce<PlanExpr>(
            (expr, step) => (typeof step === "string" ? member(expr, step) : index(expr, constant(step))),
            from,
          );
        const byPath = evaluate(build(field("f")), { f: tree });
        const byStep = evaluate(build(given("x")), {}, scopeOf({ x: fromHost(tree) }));
        expect(toJson(byPath)).toEqual(toJson(byStep));
      }),
      { numRuns: 1000 },
    );
  });

  test("through brackets in brackets takes no time to compile", () => {
    let expr = field("f");
    for (let i = 0; i < 150; i++) expr = index(field("f"), expr);
    expect(evaluate(expr, { f: 1 })).toBeNull();
  });
});

describe("a call", () => {
  test("of a host function gets values, and is not made with NULL", () => {
    const calls: Value[][] = [];
    const hostFunction = (name: string) =>
      name === "SCORE"
        ? (...args: Value[]): Value => {
            calls.push(args);
            return args.length;
          }
        : null;
    const scope = scopeOf({ x: new Time(5), none: null }, { hostFunction });
    expect(evaluate(call("SCORE", given("x"), constant(2)), {}, scope)).toBe(2);
    expect(evaluate(call("SCORE", given("none"), constant(2)), {}, scope)).toBeNull();
    expect(calls).toEqual([[new Time(5), 2]]);
    expect(() => evaluate(call("NONE"), {}, scope)).toThrow(/NONE/);
  });

  test("with too few or too many arguments is refused", () => {
    expect(() => evaluate(call("ABS"))).toThrow(/ABS/);
    expect(() => evaluate(call("ABS", constant(1), constant(2)))).toThrow(/ABS/);
    expect(() => evaluate(call("COALESCE"))).toThrow(/COALESCE/);
  });
});

test("the key, the event time and the stream are read from the context", () => {
  const context = { ...contextOf({}, { time: 7, stream: "logins" }), key: ["u1", 2] };
  const read = (expr: PlanExpr): Value => compileExpression(expr, scopeOf())(context);
  expect(read({ op: "key", index: 1 })).toBe(2);
  expect(read({ op: "key", index: 2 })).toBeNull();
  expect(read({ op: "event-time" })).toEqual(new Time(7));
  expect(read({ op: "stream-name" })).toBe("logins");
});

test("what the scope gives is asked for once, when the expression is compiled", () => {
  const asked: string[] = [];
  const note = (what: string, value: Value) => () => {
    asked.push(what);
    return () => value;
  };
  const scope = scopeOf(
    {},
    {
      aggregate: note("aggregate", 1),
      prev: note("prev", 2),
      elapsed: note("elapsed", new Duration(3)),
      speed: note("speed", 4),
    },
  );
  const f = field("f");
  const exprs: PlanExpr[] = [
    { op: "aggregate", index: 0 },
    { op: "prev", arg: f },
    { op: "elapsed" },
    { op: "speed", lat: f, lon: f },
  ];
  const runs = exprs.map((expr) => compileExpression(expr, scope));
  for (let i = 0; i < 2; i++) expect(runs.map((run) => run(contextOf({})))).toEqual([1, 2, new Duration(3), 4]);
  expect(asked).toEqual(["aggregate", "prev", "elapsed", "speed"]);
});

test("a PARAM that the plan does not declare is refused", () => {
  expect(() => evaluate({ op: "param", name: "limit" })).toThrow(/limit/);
});
