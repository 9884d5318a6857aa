import { compile } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { syntaxCodes } from "../../packages/dsl/src/syntax-codes.ts";

/** Declarations of every kind, which are sound together. */
const declarations: readonly string[] = [
  "PARAM limit = 5",
  `RULE one "x"
  FROM payments
  WHERE status = "approved" AND amount BETWEEN 1 AND 5
  BY user, device.ip AS ip
  WITHIN 10s
  WHEN COUNT() > limit FOR 5s
  EMIT HIGH "user {user} made {COUNT()}" { total: SUM(amount), user } AND RESOLVE
  COOLDOWN 1m`,
  `RULE two
  BY user
  SEQUENCE fail: logins{3,} WHERE outcome = "failure"
      THEN ok: logins WHERE outcome = "success" AND ip != fail.ip
      THEN NOT move: payments WHERE amount > 1000
  WITHIN 10m
  EMIT CRITICAL { failures: COUNT(fail) }`,
  "STREAM logins { user: STRING, outcome: STRING, ip?: STRING, n: { a: NUMBER } } TIME ts LATENESS 2s",
  'RULE three FROM logins BY user EVERY 1h WHEN COUNT(outcome = "x") > 3 EMIT LOW EXPIRE AFTER 1d',
  `TEST "t" {
  payments { user: "a", amount: 3, tags: [1, 2] } AT 0s, 1s
  EXPECT one HIGH AT 1s { user: "a" }
  UNTIL 1m
}`,
  "RULE four FROM payments WHERE CASE WHEN amount > 3 THEN TRUE ELSE FALSE END EMIT LOW",
  'LET big = amount > 100 AND status IN ("a", "b")',
  `RULE five
  FROM payments
  WITHIN 5m EVERY 1m
  WHEN SUM(amount) > 3 EMIT HIGH
  WHEN SUM(amount) > 1 EMIT LOW`,
  "TABLE accounts KEY user { tier: STRING }",
  `RULE six SEQUENCE ALL OF (x: payments BY user, y: logins WHERE outcome = "z" BY user) THEN NEXT z: payments BY user
  WITHIN 5m MATCH EACH EMIT LOW`,
  "RULE last FROM payments EMIT LOW",
];

interface Slip {
  readonly what: string;
  readonly text: string;
  /** Where the declaration with the slip stands. */
  readonly start: number;
  readonly end: number;
}

/** Every file that comes of leaving out, doubling or inserting one word or symbol, but for the first of a declaration. */
function slips(): readonly Slip[] {
  return declarations.flatMap((declaration, k) => {
    const start = declarations.slice(0, k).join("\n\n").length + (k === 0 ? 0 : 2);
    const words = [...declaration.matchAll(/"[^"]*"|\w+|[^\s\w]/g)].slice(1);
    return words.flatMap(({ 0: word, index }) => {
      const head = declaration.slice(0, index);
      const tail = declaration.slice(index + word.length);
      const variants = [
        ["without", head + tail],
        ["with a second", `${head}${word} ${word}${tail}`],
        ["with something before", `${head}xyzzy ${word}${tail}`],
      ] as const;
      return variants.map(([what, broken]): Slip => {
        const text = [...declarations.slice(0, k), broken, ...declarations.slice(k + 1)].join("\n\n");
        return { what: `declaration ${k} ${what} ${word} at ${index}`, text, start, end: start + broken.length };
      });
    });
  });
}

describe("reading behind an error", () => {
  const all = slips().map((slip) => {
    const errors = compile(slip.text).diagnostics.filter(({ level }) => level === "error");
    return { ...slip, errors };
  });

  test("the file is sound without a slip", () => {
    expect(compile(declarations.join("\n\n")).diagnostics.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("no slip makes another declaration unreadable", () => {
    const spilled = all.flatMap(({ what, errors, start, end }) =>
      errors
        .filter(({ code, span }) => code in syntaxCodes && (span.start < start || span.start > end))
        .map(({ code, message }) => `${what}: ${code}: ${message}`),
    );
    expect(spilled).toEqual([]);
  });

  test("one slip is one error or two, seldom more", () => {
    const many = all.filter(({ errors, start, end }) => {
      return errors.filter(({ span }) => span.start >= start && span.start <= end).length > 2;
    });
    expect(many.map(({ what }) => what).length).toBeLessThanOrEqual(all.length / 100);
  });
});
