import type { PlanExpr, RulePlan } from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";

/** The one rule of a text that must compile. */
function ruleOf(text: string): RulePlan {
  const { plan, diagnostics } = compile(text);
  const rule = plan?.rules.at(-1);
  if (rule === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  return rule;
}

/** A plan's expression as a short text, to be read in an expectation. */
function show(expr: PlanExpr | null | undefined): string {
  if (expr === null || expr === undefined) return "none";
  const list = (parts: readonly PlanExpr[]): string => parts.map(show).join(", ");
  const not = (is: boolean): string => (is ? "not " : "");
  switch (expr.op) {
    case "value":
      return JSON.stringify(expr.value);
    case "param":
      return `$${expr.name}`;
    case "field":
      return expr.name;
    case "key":
      return `key ${expr.index}`;
    case "bound":
      return `${expr.alias}→${expr.name}`;
    case "aggregate":
      return `#${expr.index}`;
    case "member":
      return `${show(expr.object)}.${expr.name}`;
    case "index":
      return `${show(expr.object)}[${show(expr.index)}]`;
    case "row":
      return `${expr.table}[${show(expr.key)}]`;
    case "in-table":
      return `${show(expr.key)} ${not(expr.not)}in ${expr.table}`;
    case "not":
    case "negate":
    case "prev":
      return `${expr.op}(${show(expr.arg)})`;
    case "speed":
      return `speed(${list([expr.lat, expr.lon])})`;
    case "and":
    case "or":
      return `${expr.op}(${list(expr.args)})`;
    case "compare":
      return `(${show(expr.left)} ${expr.cmp} ${show(expr.right)})`;
    case "arithmetic":
      return `(${show(expr.left)} ${expr.sign} ${show(expr.right)})`;
    case "in":
      return `${show(expr.arg)} ${not(expr.not)}in (${list(expr.items)})`;
    case "in-list":
      return `${show(expr.arg)} ${not(expr.not)}in list ${show(expr.list)}`;
    case "between":
      return `${show(expr.arg)} ${not(expr.not)}between ${show(expr.low)} and ${show(expr.high)}`;
    case "text":
    case "matches":
      return `${show(expr.arg)} ${not(expr.not)}${expr.op === "text" ? expr.test : "matches"} ${show(expr.pattern)}`;
    case "is-null":
      return `${show(expr.arg)} is ${not(expr.not)}null`;
    case "case":
      return `case(${expr.arms.map(({ when, then }) => `${show(when)}: ${show(then)}`).join(", ")}, ${show(expr.else)})`;
    case "call":
      return `${expr.name}(${list(expr.args)})`;
    default:
      return expr.op;
  }
}

const where = (expr: string, declarations = ""): string =>
  show(ruleOf(`${declarations} FROM a WHERE ${expr} EMIT LOW`).where);

/** The aggregates of a rule, what is not said left out. */
function aggregates({ aggregates }: RulePlan): readonly string[] {
  return aggregates.map(({ fn, arg, distinct, prior, over, percent, alias }) =>
    [
      `${fn}(${distinct ? "distinct " : ""}${prior ? "prior " : ""}${arg === null ? "" : show(arg)})`,
      over === null ? "" : `over ${JSON.stringify(over)}`,
      percent === null ? "" : `p${percent}`,
      alias === null ? "" : `of ${alias}`,
    ]
      .filter((part) => part !== "")
      .join(" "),
  );
}

describe("a plan", () => {
  it("holds a whole rule as plain data", () => {
    const text = `
      STREAM transactions { user: STRING, status: STRING, amount: NUMBER, ip?: STRING } TIME ts LATENESS 2s AHEAD 1d
      TABLE accounts KEY user { tier: STRING }
      PARAM limit = 5
      RULE burst "Rapid-fire payments"
        FROM transactions
        WHERE status = "approved"
        BY user
        WITHIN 10s
        WHEN COUNT() > limit
        EMIT HIGH "user {user} made {COUNT()} payments" { total: SUM(amount) } INTO bursts TO pager, "#fraud" AND RESOLVE
        COOLDOWN 1m
        EXPIRE AFTER 1h`;
    const { plan, diagnostics } = compile(text);
    expect(diagnostics).toEqual([]);
    expect(plan).toEqual({
      version: 1,
      streams: [
        {
          name: "transactions",
          fields: [
            { name: "user", type: "STRING", optional: false },
            { name: "status", type: "STRING", optional: false },
            { name: "amount", type: "NUMBER", optional: false },
            { name: "ip", type: "STRING", optional: true },
          ],
          time: { kind: "field", field: "ts", unit: "MILLISECONDS" },
          lateness: 2000,
          ahead: 86_400_000,
        },
      ],
      tables: [{ name: "accounts", key: "user", fields: [{ name: "tier", type: "STRING", optional: false }] }],
      params: [{ name: "limit", type: "NUMBER", value: 5 }],
      rules: [
        {
          name: "burst",
          title: "Rapid-fire payments",
          from: ["transactions"],
          where: {
            op: "compare",
            cmp: "=",
            left: { op: "field", name: "status" },
            right: { op: "value", value: "approved" },
          },
          key: [{ name: "user", expr: { op: "field", name: "user" } }],
          window: { kind: "within", length: 10_000, precision: null },
          sequence: null,
          aggregates: [
            { fn: "COUNT", arg: null, distinct: false, prior: false, over: null, percent: null, alias: null },
            {
              fn: "SUM",
              arg: { op: "field", name: "amount" },
              distinct: false,
              prior: false,
              over: null,
              percent: null,
              alias: null,
            },
          ],
          branches: [
            {
              when: {
                op: "compare",
                cmp: ">",
                left: { op: "aggregate", index: 0 },
                right: { op: "param", name: "limit" },
              },
              about: "window",
              for: null,
              each: false,
              severity: "HIGH",
              message: ["user ", { op: "key", index: 0 }, " made ", { op: "aggregate", index: 0 }, " payments"],
              data: [{ name: "total", expr: { op: "aggregate", index: 1 } }],
              into: "bursts",
              to: ["pager", "#fraud"],
              resolve: true,
            },
          ],
          cooldown: { duration: 60_000, per: null },
          expireAfter: 3_600_000,
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("is empty of an empty file", () => {
    expect(compile(" -- nothing")).toEqual({
      ok: true,
      plan: { version: 1, streams: [], tables: [], params: [], rules: [] },
      tests: [],
      diagnostics: [],
    });
  });

  it("names rules without a name by their position among the rules", () => {
    const names = compile("FROM a EMIT LOW RULE two FROM a EMIT LOW FROM a EMIT LOW").plan?.rules.map(
      ({ name }) => name,
    );
    expect(names).toEqual(["rule_1", "two", "rule_3"]);
  });

  it("reads every stream without FROM, and each of FROM once", () => {
    expect(ruleOf("EMIT LOW".replace("EMIT", "WHERE x > 1 EMIT")).from).toBeNull();
    expect(ruleOf("FROM a, b, a EMIT LOW").from).toEqual(["a", "b"]);
  });
});

describe("windows", () => {
  it.each([
    ["WITHIN 1h30m", { kind: "within", length: 5_400_000, precision: null }],
    ["WITHIN 10s PRECISION 1s", { kind: "within", length: 10_000, precision: 1000 }],
    ["WITHIN 10s EVERY 5s", { kind: "hopping", length: 10_000, every: 5000, offset: 0 }],
    ["WITHIN 10s EVERY 5s OFFSET 1s", { kind: "hopping", length: 10_000, every: 5000, offset: 1000 }],
    ["EVERY d", { kind: "tumbling", every: { param: "d" }, offset: 0 }],
    ["EVERY 1d OFFSET 2h", { kind: "tumbling", every: 86_400_000, offset: 7_200_000 }],
    ["LAST 5 EVENTS", { kind: "last", count: 5 }],
    ["SESSION 5m", { kind: "session", gap: 300_000, max: null }],
    ["SESSION 5m MAX d", { kind: "session", gap: 300_000, max: { param: "d" } }],
  ])("%s", (clause, window) => {
    expect(ruleOf(`PARAM d = 10s FROM a ${clause} WHEN COUNT() > 1 EMIT LOW`).window).toEqual(window);
  });
});

describe("expressions", () => {
  it.each([
    ["a = 1 AND b = 2 AND c = 3", "and((a = 1), (b = 2), (c = 3))"],
    ["a = 1 OR b = 2 AND c = 3", "or((a = 1), and((b = 2), (c = 3)))"],
    ["NOT a == 1", "not((a = 1))"],
    ["a <> -5", "(a != -5)"],
    ["-a > - 1m", '(negate(a) > {"duration":-60000})'],
    ["a.b.c > items[0].sku", "(a.b.c > items[0].sku)"],
    ["a NOT IN (1, 'x', NULL)", 'a not in (1, "x", null)'],
    ["a IN tags", "a in list tags"],
    ["a NOT BETWEEN 1 AND 2", "a not between 1 and 2"],
    ["a NOT LIKE 'x%'", 'a not like "x%"'],
    [
      "a CONTAINS 'x' OR a STARTS WITH 'x' OR a ENDS WITH 'x'",
      'or(a contains "x", a starts-with "x", a ends-with "x")',
    ],
    ["a MATCHES r'\\d'", 'a matches "\\\\d"'],
    ["a IS NOT NULL", "a is not null"],
    ["CASE WHEN a THEN TRUE ELSE b END", "case(a: true, b)"],
    ["CASE WHEN a THEN b END", "case(a: b, none)"],
    ["if(a, b, c)", "IF(a, b, c)"],
    [
      "event_time() > TIME('2026-01-01') AND STREAM_NAME() = 'a'",
      'and((event-time > TIME("2026-01-01")), (stream-name = "a"))',
    ],
  ])("%s", (text, plan) => {
    expect(where(text)).toBe(plan);
  });

  it("read tables by key, and ask whether a key is there", () => {
    const table = "TABLE t KEY k { k: STRING, cap: NUMBER }";
    expect(where("t[user].cap > 5 AND user NOT IN t", table)).toBe("and((t[user].cap > 5), user not in t)");
  });

  it("read PARAMs, and have LETs written out", () => {
    const declarations = "PARAM p = 'x+' PARAM n = -5 LET big = amount > n LET both = big AND user MATCHES p";
    expect(where("both OR limit = 1", declarations)).toBe("or(and((amount > $n), user matches $p), (limit = 1))");
    expect(compile(declarations).plan?.params).toEqual([
      { name: "p", type: "STRING", value: "x+" },
      { name: "n", type: "NUMBER", value: -5 },
    ]);
  });

  it("know constants of every type as PARAMs", () => {
    const text = `PARAM a = 1h PARAM b = TRUE PARAM c = NULL PARAM d = TIME("1970-01-01T00:00:01Z") PARAM e = 2 * 5m PARAM f = 10 / 4`;
    expect(compile(text).plan?.params.map(({ type, value }) => [type, value])).toEqual([
      ["DURATION", { duration: 3_600_000 }],
      ["BOOLEAN", true],
      ["ANY", null],
      ["TIME", { time: 1000 }],
      ["DURATION", { duration: 600_000 }],
      ["NUMBER", 2.5],
    ]);
  });
});

describe("aggregates", () => {
  it("that are equal are one entry", () => {
    const rule = ruleOf(
      "FROM a WITHIN 1m WHEN COUNT() > 1 AND SUM(x) > COUNT() EMIT LOW { n: COUNT(), s: SUM(x), d: SUM( x + 0 ) }",
    );
    expect(aggregates(rule)).toEqual(["COUNT()", "SUM(x)", "SUM((x + 0))"]);
    expect(show(rule.branches[0]?.when)).toBe("and((#0 > 1), (#1 > #0))");
  });

  it("have PRIOR, DISTINCT, OVER and a percentage", () => {
    const rule = ruleOf(
      "PARAM d = 1h FROM a WHEN COUNT(DISTINCT x) OVER 5m > AVG(PRIOR x) + PERCENTILE(x, 99.5) OVER d EMIT LOW { n: COUNT(PRIOR), m: MEDIAN(x) }",
    );
    expect(aggregates(rule)).toEqual([
      "COUNT(distinct x) over 300000",
      "AVG(prior x)",
      'PERCENTILE(x) over {"param":"d"} p99.5',
      "COUNT(prior )",
      "MEDIAN(x)",
    ]);
  });

  it("ZSCORE is written out, and is about the event", () => {
    const rule = ruleOf("FROM a BY u WITHIN 1h WHEN ZSCORE(x) > 3 AND ZSCORE(x) OVER 5m > 1 EMIT LOW");
    expect(show(rule.branches[0]?.when)).toBe("and((((x - #0) / #1) > 3), (((x - #2) / #3) > 1))");
    expect(aggregates(rule)).toEqual([
      "AVG(prior x)",
      "STDDEV(prior x)",
      "AVG(prior x) over 300000",
      "STDDEV(prior x) over 300000",
    ]);
    expect(rule.branches[0]?.about).toBe("event");
  });
});

describe("keys", () => {
  it("are named by AS, by the last name of a field, or by position, LETs written out", () => {
    const rule = ruleOf(
      "LET id = user LET low = LOWER(s) FROM a BY device.ip, LOWER(u) AS who, x + 1, id, low WITHIN 1m WHEN COUNT() > 1 EMIT LOW",
    );
    expect(rule.key.map(({ name, expr }) => `${name}: ${show(expr)}`)).toEqual([
      "ip: device.ip",
      "who: LOWER(u)",
      "key3: (x + 1)",
      "user: user",
      "key5: LOWER(s)",
    ]);
  });

  it("stand for what equals them in WHEN, EMIT and COOLDOWN PER, and not in WHERE and aggregates", () => {
    const rule = ruleOf(
      'FROM a WHERE LOWER(u) != "x" BY LOWER(u), u WITHIN 1m WHEN COUNT(u = "x") > 1 AND LOWER(u) != u EMIT LOW "{lower(u)}" { u, p: PREV(u), v: UPPER(u) } COOLDOWN 1m PER CONCAT(LOWER(u), v)',
    );
    expect(show(rule.where)).toBe('(LOWER(u) != "x")');
    expect(show(rule.branches[0]?.when)).toBe("and((#0 > 1), (key 0 != key 1))");
    expect(rule.branches[0]?.message).toEqual([{ op: "key", index: 0 }]);
    expect(rule.branches[0]?.data.map(({ expr }) => show(expr))).toEqual(["key 1", "prev(u)", "UPPER(key 1)"]);
    expect(show(rule.cooldown?.per)).toBe("CONCAT(key 0, v)");
    expect(aggregates(rule)).toEqual(['COUNT((u = "x"))']);
  });

  it("COUNT(field) in WHEN keys a rule without BY, and counts values elsewhere", () => {
    const rule = ruleOf(
      "FROM a WITHIN 10s COUNT(device.ip) > 5 AND COUNT(PRIOR device.ip) OVER 5s > 2 EMIT HIGH { n: COUNT(device.ip), ip: device.ip }",
    );
    expect(rule.key.map(({ name, expr }) => `${name}: ${show(expr)}`)).toEqual(["ip: device.ip"]);
    expect(show(rule.branches[0]?.when)).toBe("and((#0 > 5), (#1 > 2))");
    expect(aggregates(rule)).toEqual(["COUNT()", "COUNT(prior ) over 5000", "COUNT(device.ip)"]);
    expect(rule.branches[0]?.data.map(({ expr }) => show(expr))).toEqual(["#2", "key 0"]);
    expect(rule.branches[0]?.about).toBe("window");
  });

  it("a LET that stands for a field counts as the field", () => {
    const rule = ruleOf(
      "LET who = user LET many = COUNT(who) > 5 FROM a WITHIN 10s WHEN many EMIT HIGH WHEN COUNT(user) > 2 EMIT LOW",
    );
    expect(rule.key).toEqual([{ name: "user", expr: { op: "field", name: "user" } }]);
    expect(aggregates(rule)).toEqual(["COUNT()"]);
  });

  it("COUNT of a condition, of a PARAM or with DISTINCT keys nothing; nor does COUNT(field) beside BY", () => {
    const rule = ruleOf(
      "PARAM p = 1 FROM a WITHIN 10s WHEN COUNT(x > 1) > 5 AND COUNT(DISTINCT x) > 1 AND COUNT(p) > 1 EMIT LOW",
    );
    expect(rule.key).toEqual([]);
    expect(aggregates(ruleOf("FROM a BY u WITHIN 10s WHEN COUNT(x) > 5 EMIT LOW"))).toEqual(["COUNT(x)"]);
  });
});

describe("what a condition is about", () => {
  it.each([
    ["COUNT() > 1", "window"],
    ["user = 'u' AND COUNT() > 1", "window"],
    ["LOWER(host) = 'h' AND COUNT() > 1", "window"],
    ["SUM(amount) > p", "window"],
    ["t[user].cap < COUNT()", "window"],
    ["TRUE", "window"],
    ["amount > AVG(amount)", "event"],
    ["host = 'h'", "event"],
    ["EVENT_TIME() > TIME(5)", "event"],
    ["STREAM_NAME() = 'a'", "event"],
    ["COUNT() > 1 AND PREV(user) IS NULL", "event"],
    ["ELAPSED() > 1m", "event"],
    ["SPEED_KMH(1, 2) > 900", "event"],
    ["ZSCORE(1) > 900", "event"],
    ["t[amount].cap < COUNT()", "event"],
  ])("%s: the %s", (condition, about) => {
    const declarations = "PARAM p = 5 TABLE t KEY k { cap: NUMBER }";
    const rule = ruleOf(`${declarations} FROM a BY user, LOWER(host) WITHIN 1m WHEN ${condition} EMIT LOW`);
    expect(rule.branches[0]?.about).toBe(about);
  });

  it("without a condition every event fires", () => {
    expect(ruleOf("FROM a EMIT LOW").branches[0]).toMatchObject({ when: null, about: "event" });
  });
});

describe("sequences", () => {
  const takeover = ruleOf(`
    RULE takeover
      BY user
      SEQUENCE fail: logins{3,} WHERE outcome = "failure" AND (fail.ip IS NULL OR ip = fail.ip)
          THEN NEXT ok: logins WHERE outcome = "success" AND ip != fail.ip
          THEN NOT reset: resets
          THEN ALL OF (move: transactions WHERE amount > 1000, mail: mails)
      WITHIN 10m
      MATCH ALL LIMIT 20
      WHEN COUNT(fail) > 4 AND move.device.id = "x"
      EMIT CRITICAL "{user}" { user, failures: COUNT(fail), first: FIRST(fail.ip), big: SUM(fail.n * 2), amount }`);

  it("have steps, groups, a match, a length and the key of each stream", () => {
    const plain = { kind: "step", next: false, not: false, min: 1, max: 1, where: null };
    const { sequence } = takeover;
    expect({ ...sequence, steps: sequence?.steps.map((step) => ({ ...step, where: undefined })) }).toMatchObject({
      match: { mode: "all", limit: 20 },
      within: 600_000,
      keys: ["logins", "resets", "transactions", "mails"].map((stream) => ({
        stream,
        exprs: [{ op: "field", name: "user" }],
      })),
      steps: [
        { alias: "fail", streams: ["logins"], min: 3, max: null, next: false, not: false },
        { alias: "ok", streams: ["logins"], min: 1, max: 1, next: true, not: false },
        { alias: "reset", streams: ["resets"], not: true },
        {
          kind: "group",
          mode: "all",
          next: false,
          members: [{ alias: "move" }, { ...plain, alias: "mail", streams: ["mails"] }],
        },
      ],
    });
    expect(takeover).toMatchObject({ from: ["logins", "resets", "transactions", "mails"], window: null });
  });

  it("read the candidate bare and bound events by alias", () => {
    const wheres = takeover.sequence?.steps.map((step) => (step.kind === "step" ? show(step.where) : "group"));
    expect(wheres).toEqual([
      'and((outcome = "failure"), or(fail→ip is null, (ip = fail→ip)))',
      'and((outcome = "success"), (ip != fail→ip))',
      "none",
      "group",
    ]);
  });

  it("aggregate over what one alias bound; bare fields are keys by name, or of the last event bound", () => {
    expect(aggregates(takeover)).toEqual(["COUNT() of fail", "FIRST(ip) of fail", "SUM((n * 2)) of fail"]);
    const [branch] = takeover.branches;
    expect(show(branch?.when)).toBe('and((#0 > 4), (move→device.id = "x"))');
    expect(branch?.data.map(({ expr }) => show(expr))).toEqual(["key 0", "#0", "#1", "#2", "amount"]);
    expect(branch?.about).toBe("event");
  });

  it("take keys from steps, named by the first that has one", () => {
    const rule = ruleOf(
      "SEQUENCE placed: orders BY id THEN NOT paid: payments BY order_id WITHIN 15m EMIT MEDIUM { id, order_id }",
    );
    expect(rule.key).toEqual([{ name: "id", expr: { op: "field", name: "id" } }]);
    expect(rule.sequence?.keys).toEqual([
      { stream: "orders", exprs: [{ op: "field", name: "id" }] },
      { stream: "payments", exprs: [{ op: "field", name: "order_id" }] },
    ]);
    expect(rule.branches[0]?.data.map(({ expr }) => show(expr))).toEqual(["key 0", "order_id"]);
  });

  it("mix the keys of steps with the rule's", () => {
    const rule = ruleOf("BY user AS who SEQUENCE a THEN b BY LOWER(owner) THEN c: a WITHIN 1m EMIT LOW { who }");
    expect(rule.sequence?.keys.map(({ stream, exprs }) => `${stream}: ${exprs.map(show).join()}`)).toEqual([
      "a: user",
      "b: LOWER(owner)",
    ]);
    expect(show(rule.branches[0]?.data[0]?.expr)).toBe("key 0");
  });

  it("take the streams of FROM where a step names none", () => {
    const rule = ruleOf("FROM a, b SEQUENCE x: WHERE n = 1 THEN y: b WITHIN 1m EMIT LOW");
    const steps = rule.sequence?.steps ?? [];
    expect(steps.map((step) => (step.kind === "step" ? step.streams : []))).toEqual([["a", "b"], ["b"]]);
    expect(rule.from).toEqual(["a", "b"]);
  });

  it("an alias goes before a field, in a step's WHERE only where a dot follows", () => {
    const rule = ruleOf(
      "SEQUENCE x: a WHERE x > 1 AND y.z = 1 THEN y: b WHERE y = x.y WITHIN 1m EMIT LOW".replace("y.z", "w.z"),
    );
    const wheres = rule.sequence?.steps.map((step) => (step.kind === "step" ? show(step.where) : ""));
    expect(wheres).toEqual(["and((x > 1), (w.z = 1))", "(y = x→y)"]);
  });
});

describe("TEST blocks", () => {
  it("are data, durations in milliseconds", () => {
    const text = `
      STREAM a { u: STRING, took: DURATION }
      TABLE vip KEY user
      PARAM limit = 3
      PARAM span = 10s
      RULE burst FROM a BY u WITHIN 10s WHEN COUNT() > limit EMIT HIGH { n: COUNT() } AND RESOLVE
      TEST "t" {
        PARAM limit = 2; PARAM span = 5s
        TABLE vip { user: "u1", tags: ["x", 1] } TABLE vip { user: "u2" }
        a { u: "u1", took: 5s, "__proto__": null } AT 0s, span
        EXPECT burst HIGH AT 5s { u: "u1", n: -3 }
        EXPECT burst RESOLVED
        UNTIL 30m
      }
      TEST "none" { EXPECT NOTHING }`.replace(', "__proto__": null', "");
    const { tests, diagnostics } = compile(text);
    expect(diagnostics).toEqual([]);
    expect(tests).toEqual([
      {
        title: "t",
        file: null,
        line: 7,
        rules: ["burst"],
        params: { limit: 2, span: 5000 },
        tables: { vip: [{ user: "u1", tags: ["x", 1] }, { user: "u2" }] },
        givens: [{ stream: "a", event: { u: "u1", took: 5000 }, times: [0, 5000] }],
        expects: [
          { line: 11, rule: "burst", status: "firing", severity: "HIGH", at: 5000, fields: { u: "u1", n: -3 } },
          { line: 12, rule: "burst", status: "resolved", severity: null, at: null, fields: null },
        ],
        until: 1_800_000,
      },
      {
        title: "none",
        file: null,
        line: 15,
        rules: ["burst"],
        params: {},
        tables: {},
        givens: [],
        expects: [],
        until: null,
      },
    ]);
  });

  it("have own properties of every name", () => {
    const event = compile('FROM a EMIT LOW TEST "t" { a { "__proto__": 1, constructor: 2 } AT 0s EXPECT NOTHING }')
      .tests?.[0]?.givens[0]?.event;
    expect(Object.entries(event ?? {})).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });
});
