import { existsSync, readFileSync } from "node:fs";
import { type Expr, parse, type RuleDecl } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { corpus } from "./corpus.ts";
import { withoutSpans } from "./without-spans.ts";

/** The only rule of a text that has no errors. */
function ruleOf(text: string): RuleDecl {
  const { file, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  const rules = file.declarations.filter((declaration) => declaration.kind === "rule");
  expect(rules).toHaveLength(1);
  return rules[0] as RuleDecl;
}

function where(condition: string): Expr {
  const rule = ruleOf(`FROM a WHERE ${condition} EMIT LOW`);
  if (rule.where === undefined) throw new Error("no WHERE");
  return rule.where;
}

/** An expression with all its parentheses, to read precedence by. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case "binary":
      return `(${shape(expr.left)} ${expr.op} ${shape(expr.right)})`;
    case "unary":
      return `(${expr.op} ${shape(expr.operand)})`;
    case "name":
      return expr.name;
    case "number":
      return expr.text;
    case "member":
      return `${shape(expr.object)}.${expr.name.text}`;
    case "index":
      return `${shape(expr.object)}[${shape(expr.index)}]`;
    case "between":
      return `(${shape(expr.operand)} between ${shape(expr.low)} ${shape(expr.high)})`;
    case "is-null":
      return `(${shape(expr.operand)} is${expr.not ? " not" : ""} null)`;
    case "in":
      return `(${shape(expr.operand)}${expr.not ? " not" : ""} in ${expr.list === undefined ? (expr.items ?? []).map(shape).join(",") : shape(expr.list)})`;
    default:
      return expr.kind;
  }
}

describe("every text of the corpus is read without errors", () => {
  it.each(Object.entries(corpus))("%s", (_, text) => {
    expect(parse(text).diagnostics).toEqual([]);
  });
});

const casesUrl = new URL("../../../shared/conformance/cases.json", import.meta.url);
it.skipIf(!existsSync(casesUrl))(
  "the worked cases that are to run are read without errors (skipped where they do not stand beside the repository)",
  () => {
    const cases = JSON.parse(readFileSync(casesUrl, "utf8")) as readonly {
      readonly rules: string;
      readonly error?: true;
    }[];
    for (const { rules, error } of cases) if (error === undefined) expect(parse(rules).diagnostics).toEqual([]);
  },
);

describe("text", () => {
  it("has keywords in any case and names as they are written", () => {
    expect(withoutSpans(ruleOf("from Logins where User = 1 emit low"))).toEqual(
      withoutSpans(ruleOf("FROM Logins WHERE User = 1 EMIT LOW")),
    );
    expect(withoutSpans(where("User"))).not.toEqual(withoutSpans(where("user")));
  });

  it("decodes the escapes of strings but of raw ones", () => {
    const values = ['"a\\n\\t\\u00e9\\\\\\/\\\'"', "'it\\'s'", 'r"\\d"', "r'\\u00e9'", '""'].map((text) => {
      const literal = where(text);
      return literal.kind === "string" ? literal.value : undefined;
    });
    expect(values).toEqual(["a\n\té\\/'", "it's", "\\d", "\\u00e9", ""]);
  });

  it("reads numbers and durations", () => {
    const value = (text: string): number | undefined => {
      const literal = where(text);
      return literal.kind === "number" ? literal.value : literal.kind === "duration" ? literal.ms : undefined;
    };
    expect(["12", "1_000", "0.5", "1e6", "1.5E-3"].map(value)).toEqual([12, 1000, 0.5, 1_000_000, 0.0015]);
    expect(["500ms", "10s", "5m", "1h", "7d", "2w", "1h30m", "0s", "1_0s"].map(value)).toEqual([
      500, 10_000, 300_000, 3_600_000, 604_800_000, 1_209_600_000, 5_400_000, 0, 10_000,
    ]);
  });

  it("keeps comments with their places", () => {
    const text = "-- one\nFROM a /* two */ EMIT LOW -- three";
    expect(parse(text).file.comments.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      "-- one",
      "/* two */",
      "-- three",
    ]);
  });

  it("gives every node the span of its text, parentheses included", () => {
    const text = "FROM a WHERE (x + 1) * 2 > 3 EMIT LOW";
    const { file } = parse(text);
    const rule = file.declarations[0] as RuleDecl;
    const comparison = rule.where;
    if (comparison?.kind !== "binary" || comparison.left.kind !== "binary") throw new Error("another tree");
    const pieces = [rule, comparison, comparison.left, comparison.left.left, rule.branches[0]?.emit ?? rule];
    expect(pieces.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      text,
      "(x + 1) * 2 > 3",
      "(x + 1) * 2",
      "(x + 1)",
      "EMIT LOW",
    ]);
  });
});

describe("expressions", () => {
  it.each([
    ["a OR b AND NOT c = d + e * -f.g", "(a OR (b AND (NOT (c = (d + (e * (- f.g)))))))"],
    ["a - b - c", "((a - b) - c)"],
    ["a / b * c % d", "(((a / b) * c) % d)"],
    ["NOT a AND b", "((NOT a) AND b)"],
    ["x BETWEEN 1 AND 2 AND y", "((x between 1 2) AND y)"],
    ["x NOT IN (1, 2) OR x IN t", "((x not in 1,2) OR (x in t))"],
    ["x IN a.b[0]", "(x in a.b[0])"],
    ["x + 1 IS NOT NULL", "((x + 1) is not null)"],
    ["- - x", "(- (- x))"],
    ["a == b AND a <> b", "((a = b) AND (a != b))"],
    ["(a = b) = c", "((a = b) = c)"],
    ["a.from.where[i].and", "a.from.where[i].and"],
  ])("%s", (text, expected) => {
    expect(shape(where(text))).toBe(expected);
  });

  it("take functions and aggregates in any case", () => {
    expect(where("lower(s)")).toMatchObject({ kind: "call", name: "LOWER" });
    expect(where("count(distinct ip)")).toMatchObject({ kind: "aggregate", name: "COUNT", distinct: true });
  });

  it("read PRIOR and DISTINCT as keywords directly behind the parenthesis of an aggregate, each once", () => {
    expect(where("COUNT(PRIOR)")).toMatchObject({ prior: true, args: [] });
    expect(where("COUNT(DISTINCT PRIOR x)")).toMatchObject({ prior: true, distinct: true });
    expect(where("AVG(PRIOR prior)")).toMatchObject({ prior: true, args: [{ kind: "name", name: "prior" }] });
    expect(where("AVG(`prior`)")).toMatchObject({ prior: false, args: [{ kind: "name", name: "prior" }] });
    expect(where("ABS(prior)")).toMatchObject({ kind: "call", args: [{ kind: "name", name: "prior" }] });
  });
});

describe("rules", () => {
  it("take their clauses in any order", () => {
    const rule = "FROM a WHERE x BY u WITHIN 5m EXPIRE AFTER 1h WHEN COUNT() > 1 EMIT LOW";
    const turned = "EXPIRE AFTER 1h WITHIN 5m BY u WHERE x FROM a WHEN COUNT() > 1 EMIT LOW";
    expect(withoutSpans(ruleOf(turned))).toEqual(withoutSpans(ruleOf(rule)));
  });

  it("have EXPIRE behind EMIT too", () => {
    expect(ruleOf("FROM a EMIT LOW COOLDOWN 1m EXPIRE AFTER 1h")).toMatchObject({
      expire: { ms: 3_600_000 },
      cooldown: { duration: { ms: 60_000 } },
    });
  });

  it("end where another clause begins behind EMIT", () => {
    const { file } = parse(
      "FROM a EMIT LOW FROM b EMIT LOW BY c EMIT LOW LAST 5 EVENTS EMIT LOW MATCH EACH SEQUENCE a EMIT LOW",
    );
    expect(file.declarations).toHaveLength(5);
  });

  it("end at a semicolon, so that the next may begin with WHEN", () => {
    expect(parse("FROM a WHEN x EMIT LOW WHEN y EMIT LOW").file.declarations).toHaveLength(1);
    expect(parse("FROM a WHEN x EMIT LOW; WHEN y EMIT LOW").file.declarations).toHaveLength(2);
  });

  it("leave WHEN out directly behind a window", () => {
    expect(ruleOf("WITHIN 10s COUNT(user) > 5 EMIT HIGH").branches[0]).toMatchObject({ bare: true });
    expect(ruleOf("WITHIN 10s WHEN COUNT(user) > 5 EMIT HIGH").branches[0]).toMatchObject({ bare: false });
  });

  it("go on a window with a word only where a duration follows it", () => {
    expect(ruleOf("SESSION 5m MAX(x) > 3 EMIT LOW").window).not.toHaveProperty("max");
    expect(ruleOf("SESSION 5m MAX 1h EMIT LOW").window).toHaveProperty("max");
    expect(ruleOf("WITHIN 5m every > 3 EMIT LOW").window).not.toHaveProperty("every");
    expect(ruleOf("WITHIN 5m precision EMIT LOW").window).not.toHaveProperty("precision");
    expect(ruleOf("WITHIN 5m offset FOR 1m EMIT LOW").branches[0]).toMatchObject({ when: { name: "offset" } });
  });

  it("take a PARAM whose value is one duration for a duration, wherever it is declared", () => {
    const rule = ruleOf("EVERY gap EMIT LOW PARAM gap = 5m");
    expect(rule.window).toMatchObject({ kind: "every", every: { kind: "name", name: "gap" } });
    expect(parse("PARAM gap = 5m * 2 WITHIN gap EMIT LOW").diagnostics).toMatchObject([{ code: "expected-duration" }]);
    expect(parse('TEST "t" { PARAM gap = 5m } WITHIN gap EMIT LOW').diagnostics).toMatchObject([
      { code: "expected-duration" },
    ]);
  });

  it.each([
    "LAST",
    "EVERY",
    "SESSION",
    "EXPIRE",
    "MATCH",
    "STREAM",
    "TABLE",
    "PARAM",
    "LET",
    "TEST",
    "COOLDOWN",
    "MAX",
    "OVER",
  ])("may be about a field named %s", (word) => {
    expect(ruleOf(`WITHIN 5m ${word} STARTS WITH "x" EMIT LOW`).branches[0]?.when).toMatchObject({
      operand: { name: word },
    });
    expect(ruleOf(`WITHIN 5m ${word} > 1 EMIT LOW`).branches[0]?.when).toMatchObject({ left: { name: word } });
    expect(ruleOf(`WITHIN 5m ${word} FOR 1m EMIT LOW`).branches[0]?.when).toMatchObject({ name: word });
    expect(ruleOf(`FROM ${word} EMIT LOW { ${word}, x: ${word}.x }`).from).toMatchObject([{ text: word }]);
  });
});

describe("emits", () => {
  it("take messages apart, with spans that point into the file", () => {
    const text = 'FROM a EMIT LOW "\\u00e9 {{x}} {user} \\"{a.b}\\" {IF(x = \\"}\\", 1, 2)}"';
    const message = ruleOf(text).branches[0]?.emit.message;
    const parts = message?.parts.map((part) =>
      typeof part === "string" ? part : text.slice(part.span.start, part.span.end),
    );
    expect(parts).toEqual(["é {x} ", "user", ' "', "a.b", '" ', 'IF(x = \\"}\\", 1, 2)']);
    expect(message?.literal.value).toBe('é {{x}} {user} "{a.b}" {IF(x = "}", 1, 2)}');
  });

  it("have a path for a value without a name, which takes its last name", () => {
    expect(ruleOf("FROM a EMIT LOW { device.ip, user }").branches[0]?.emit.data).toMatchObject([
      { name: { text: "ip" }, short: true, value: { kind: "member" } },
      { name: { text: "user" }, short: true, value: { kind: "name" } },
    ]);
  });

  it("name values by any word or string", () => {
    const data = ruleOf('FROM a EMIT LOW { from: 1, "a b": 2, `c d`: 3, }').branches[0]?.emit.data;
    expect(data?.map(({ name }) => name.text)).toEqual(["from", "a b", "c d"]);
  });

  it("take INTO, TO and AND RESOLVE in any order", () => {
    expect(ruleOf('FROM a EMIT LOW AND RESOLVE TO x, "y z" INTO b').branches[0]?.emit).toMatchObject({
      into: { text: "b" },
      to: [{ text: "x" }, { text: "y z" }],
      resolve: true,
    });
  });
});

describe("sequences", () => {
  it("give WHERE and BY behind a step to the step, and those behind the window to the rule", () => {
    const rule = ruleOf("SEQUENCE a THEN b WHERE x BY k WITHIN 5m BY u WHERE y EMIT LOW");
    expect(rule.sequence?.steps[1]).toMatchObject({ where: { name: "x" }, by: [{ name: "k" }] });
    expect(rule).toMatchObject({ where: { name: "y" }, by: [{ expr: { name: "u" } }] });
  });

  it("read every quantifier", () => {
    const rule = ruleOf("SEQUENCE a{2} THEN b{2,} THEN c{2,3} THEN d+ THEN e* THEN f? THEN g EMIT LOW");
    const ranges = rule.sequence?.steps.map((step) =>
      step.kind === "step" && step.quantifier !== undefined ? [step.quantifier.min, step.quantifier.max] : null,
    );
    expect(ranges).toEqual([[2, 2], [2, null], [2, 3], [1, null], [0, null], [0, 1], null]);
  });

  it("take NEXT for a keyword where a step follows, else for a stream", () => {
    const steps = ruleOf(
      "SEQUENCE next THEN next THEN NEXT next THEN NEXT NOT x THEN next: y THEN next MATCH EACH EMIT LOW",
    ).sequence?.steps;
    expect(steps?.map(({ next }) => next)).toEqual([false, false, true, true, false, false]);
  });

  it("may leave the stream out behind an alias", () => {
    const steps = ruleOf("FROM s SEQUENCE a: WHERE x THEN b: MATCH EACH WITHIN 5m EMIT LOW").sequence?.steps;
    expect(steps).toMatchObject([{ alias: { text: "a" }, where: { name: "x" } }, { alias: { text: "b" } }]);
    expect(steps?.map((step) => "stream" in step)).toEqual([false, false]);
  });

  it("have groups, whose members end at a comma", () => {
    const step = ruleOf("SEQUENCE ALL OF (x: a BY (k, l), b WHERE n = 1 BY (k + 1) * 2) EMIT LOW").sequence?.steps[0];
    if (step?.kind !== "group") throw new Error("no group");
    expect(step.members.map(({ by }) => by?.map(shape))).toEqual([["k", "l"], ["((k + 1) * 2)"]]);
  });

  it("are about streams named ALL and ANY where OF does not follow", () => {
    expect(ruleOf("SEQUENCE all THEN any EMIT LOW").sequence?.steps).toMatchObject([
      { kind: "step" },
      { kind: "step" },
    ]);
  });
});

describe("declarations and tests", () => {
  it("read the parts of a stream in any order", () => {
    expect(
      parse("STREAM s { a?: { b: LIST }, from: ANY } AHEAD 5m TIME at IN SECONDS LATENESS 0s").file.declarations,
    ).toMatchObject([
      {
        fields: [
          { name: { text: "a" }, optional: true, type: "OBJECT", fields: [{ type: "LIST" }] },
          { name: { text: "from" }, optional: false, type: "ANY" },
        ],
        time: { kind: "field", field: { text: "at" }, unit: "SECONDS" },
        lateness: { ms: 0 },
        ahead: { ms: 300_000 },
      },
    ]);
  });

  it("take ARRIVAL for the clock, and in back-ticks for a field", () => {
    expect(parse("STREAM s TIME arrival STREAM t TIME `arrival`").file.declarations).toMatchObject([
      { time: { kind: "arrival" } },
      { time: { kind: "field" } },
    ]);
  });

  it("read the items of tests", () => {
    const items = parse(
      'TEST "t" { PARAM p = -1; TABLE t { k: [1, {}] } s { x: NULL } AT 0s, 1m EXPECT r HIGH AT 5s { x: 1 } EXPECT r RESOLVED EXPECT NOTHING UNTIL 1h }',
    ).file.declarations[0];
    expect(items).toMatchObject({
      items: [
        { kind: "test-param", value: { value: -1, text: "-1" } },
        { kind: "test-table", row: { pairs: [{ value: { kind: "list" } }] } },
        { kind: "given", at: [{ ms: 0 }, { ms: 60_000 }] },
        { kind: "expect", severity: "HIGH", resolved: false, at: { ms: 5_000 }, fields: { kind: "object" } },
        { kind: "expect", resolved: true },
        { kind: "expect", resolved: false },
        { kind: "until" },
      ],
    });
  });

  it("take a word of a test for a stream where an event follows", () => {
    const { file, diagnostics } = parse(
      'TEST "t" { expect {} AT 0s until {} AT 0s table {} AT 0s EXPECT r at {} AT 0s }',
    );
    expect(diagnostics).toEqual([]);
    expect(file.declarations[0]).toMatchObject({
      items: [{ kind: "given" }, { kind: "given" }, { kind: "given" }, { kind: "expect" }, { kind: "given" }],
    });
  });
});

describe("limits", () => {
  it("reads 10,000 rules well within seconds, and says where the 10,001st begins", () => {
    const rule = "RULE r FROM t WHERE a = 1 EMIT LOW\n";
    const started = performance.now();
    expect(parse(rule.repeat(10_000)).diagnostics).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(parse(rule.repeat(10_001)).diagnostics).toMatchObject([{ code: "too-many-rules", line: 10_001, column: 1 }]);
  });

  it("refuses more than 1 MiB of text", () => {
    const text = `FROM a EMIT LOW --${"x".repeat(1_048_576)}`;
    expect(parse(text).diagnostics).toMatchObject([{ code: "text-too-long" }]);
    expect(parse(text.slice(0, 1_048_576)).diagnostics).toEqual([]);
  });

  it.each([
    ["parentheses", (n: number) => `${"(".repeat(n)}x${")".repeat(n)}`],
    ["NOT", (n: number) => `${"NOT ".repeat(n)}x`],
    ["unary minus", (n: number) => `${"- ".repeat(n)}x`],
    ["calls", (n: number) => `${"f(".repeat(n)}x${")".repeat(n)}`],
    ["indices", (n: number) => `${"x[".repeat(n)}x${"]".repeat(n)}`],
    ["CASE", (n: number) => `${"CASE WHEN x THEN ".repeat(n)}x${" END".repeat(n)}`],
    ["lists", (n: number) => `${"x IN (".repeat(n)}x${")".repeat(n)}`],
  ])("takes %s inside one another to 200 and says no to more, at any depth", (_, nest) => {
    expect(parse(`FROM a WHERE ${nest(200)} EMIT LOW`).diagnostics).toEqual([]);
    for (const depth of [201, 10_000]) {
      expect(parse(`FROM a WHERE ${nest(depth)} EMIT LOW`).diagnostics).toMatchObject([{ code: "too-deep", line: 1 }]);
    }
  });

  it("takes 1,000 operators in a row and says no to more", () => {
    for (const operator of [" AND ", " + ", " * ", "."]) {
      const chain = (n: number): string =>
        `FROM a WHERE ${Array.from({ length: n + 1 }, () => "x").join(operator)} EMIT LOW`;
      expect(parse(chain(1_000)).diagnostics).toEqual([]);
      expect(parse(chain(10_000)).diagnostics).toMatchObject([{ code: "too-deep" }]);
    }
  });

  it("takes 10,000 items in a list and says no to more", () => {
    const list = (n: number): string => Array.from({ length: n }, () => "1").join(", ");
    for (const text of [
      (n: number) => `FROM a WHERE x IN (${list(n)}) EMIT LOW`,
      (n: number) => `TEST "t" { s { l: [${list(n)}] } AT 0s }`,
    ]) {
      expect(parse(text(10_000)).diagnostics).toEqual([]);
      expect(parse(text(10_001)).diagnostics).toMatchObject([{ code: "too-many-items" }]);
    }
  });

  it("stops behind 1,000 errors", () => {
    const { diagnostics } = parse("FROM a WHERE ) EMIT LOW\n".repeat(2_000));
    expect(diagnostics).toHaveLength(1_001);
    expect(diagnostics.at(-1)?.code).toBe("too-many-errors");
  });
});
