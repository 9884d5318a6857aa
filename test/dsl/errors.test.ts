import { diagnosticCodes, parse } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { syntaxCodes } from "../../packages/dsl/src/syntax-codes.ts";

/** The errors of a text as `line:column code text`, the text being what the span covers. */
function errors(text: string): string[] {
  return parse(text).diagnostics.map(({ line, column, code, span }) =>
    `${line}:${column} ${code} ${text.slice(span.start, span.end)}`.trimEnd(),
  );
}

interface Case {
  readonly text: string;
  readonly errors: readonly string[];
  readonly hint?: string;
  readonly fix?: string;
}

const cases: Readonly<Record<string, Case>> = {
  "a bare number is no duration": {
    text: "WITHIN 10 COUNT() > 1 EMIT LOW",
    errors: ["1:8 missing-unit 10"],
    hint: "add a unit: `10s`, `10m`",
    fix: "10s",
  },
  "a bare number behind EVERY too": { text: "EVERY 10 EMIT LOW", errors: ["1:7 missing-unit 10"] },
  "a name that is no PARAM is no duration": {
    text: "PARAM window = 5m\nWITHIN widow EMIT LOW",
    errors: ["2:8 expected-duration widow"],
    hint: "did you mean `window`?",
  },
  "a duration is at least 1 ms": { text: "WITHIN 0s EMIT LOW", errors: ["1:8 duration-out-of-range 0s"] },
  "a duration is at most 10 years": { text: "WITHIN 600w EMIT LOW", errors: ["1:8 duration-out-of-range 600w"] },
  "a unit is spelled out of its letters": {
    text: "WITHIN 10min EMIT LOW",
    errors: ["1:8 bad-number 10min"],
    hint: "durations end in ms, s, m, h, d or w: `10s`, `1h30m`",
  },
  "a number and its unit are one": {
    text: "WITHIN 10 seconds COUNT(user) > 5 EMIT HIGH",
    errors: ["1:8 missing-unit 10 seconds"],
    hint: "write `10s`",
    fix: "10s",
  },
  "a unit stands directly behind its number": {
    text: "EVERY 5 m EMIT LOW",
    errors: ["1:7 missing-unit 5 m"],
    fix: "5m",
  },
  "digits are not set apart by commas": {
    text: "FROM a WHERE x > 1,000 EMIT LOW",
    errors: ["1:19 unexpected-token ,"],
    hint: "digits are set apart by `_`: `1_000`",
  },
  "a name with a hyphen stands in back-ticks": {
    text: "RULE my-first-rule FROM my-stream EMIT LOW",
    errors: ["1:6 unquoted-name my-first-rule", "1:25 unquoted-name my-stream"],
    fix: "`my-first-rule`",
  },
  "behind a string that is not closed the next rule begins": {
    text: 'FROM a WHERE x = "y EMIT LOW\nFROM b WHERE c > EMIT LOW',
    errors: ['1:18 unterminated-string "y EMIT LOW', "2:18 unexpected-token EMIT"],
  },
  "a rule does not begin with a condition": {
    text: "COUNT(user) > 5 WITHIN 10s EMIT HIGH",
    errors: ["1:1 unexpected-token COUNT"],
    hint: "a condition stands behind WHEN, or directly behind a window: `WITHIN 10s COUNT(user) > 5`",
  },
  "a rule is no query": {
    text: "SELECT x FROM a EMIT LOW",
    errors: ["1:1 unexpected-token SELECT"],
    hint: "a rule says what an alert holds behind EMIT: `FROM stream WHERE … EMIT HIGH { field }`",
  },
  "GROUP BY is BY": {
    text: "FROM a GROUP BY x EMIT LOW",
    errors: ["1:8 unexpected-token GROUP"],
    hint: "write `BY` alone",
  },
  "IS is for NULL": {
    text: "FROM a WHERE x IS NOT 5 EMIT LOW",
    errors: ["1:23 unexpected-token 5"],
    hint: "other values are compared with `!=`",
  },
  "a unit is in lower case": { text: "WITHIN 10S EMIT LOW", errors: ["1:8 bad-number 10S"], fix: "10s" },
  "a duration is in whole numbers": {
    text: "WITHIN 1.5h EMIT LOW",
    errors: ["1:8 bad-number 1.5h"],
    hint: "durations are whole numbers, joined: `1h30m`",
  },
  "a count is no duration": { text: "LAST 5m EVENTS EMIT LOW", errors: ["1:6 bad-count 5m"] },
  "a count is at least 1": { text: "LAST 0 EVENTS EMIT LOW", errors: ["1:6 bad-count 0"] },
  "a count is whole": { text: "LAST 1.5 EVENTS EMIT LOW", errors: ["1:6 bad-count 1.5"] },
  "a LIMIT is at most 1,000": {
    text: "SEQUENCE a THEN b MATCH ALL LIMIT 1001 EMIT LOW",
    errors: ["1:35 bad-count 1001"],
  },
  "a number is finite": { text: "FROM a WHERE x > 1e999 EMIT LOW", errors: ["1:18 bad-number 1e999"] },
  "a string is closed in its line": {
    text: 'FROM a EMIT LOW "open\nFROM b EMIT LOW',
    errors: ['1:17 unterminated-string "open'],
  },
  "a name in back-ticks is closed in its line": {
    text: "FROM `open\nEMIT LOW",
    errors: ["1:6 unterminated-name `open"],
  },
  "a name is not empty": { text: "FROM `` EMIT LOW", errors: ["1:6 unterminated-name ``"] },
  "a comment is closed": { text: "FROM a EMIT LOW /* open", errors: ["1:17 unterminated-comment /*"] },
  "an escape is one of JSON's": {
    text: 'FROM a WHERE s = "\\d\\u12" EMIT LOW',
    errors: ["1:19 bad-escape \\d", "1:21 bad-escape \\u"],
  },
  "comments of other languages": {
    text: "FROM a // one\nEMIT LOW # two",
    errors: ["1:8 comment-style //", "2:10 comment-style #"],
    fix: "--",
  },
  "operators of other languages": {
    text: "FROM a WHERE a => 1 && b === 2 || !c EMIT LOW",
    errors: [
      "1:16 bad-operator =>",
      "1:21 bad-operator &&",
      "1:26 bad-operator ===",
      "1:32 bad-operator ||",
      "1:35 bad-operator !",
    ],
    hint: "write `>=`",
    fix: ">=",
  },
  "letters beyond A to Z": { text: "FROM größe EMIT LOW", errors: ["1:6 unquoted-name größe"], fix: "`größe`" },
  "curly quotes": {
    text: "FROM a WHERE x = “y” EMIT LOW",
    errors: ["1:18 unexpected-character “y”"],
    hint: "strings stand between straight quotes",
    fix: '"y"',
  },
  "a misspelt clause": {
    text: "FROM a WHER x > 1 EMIT LOW",
    errors: ["1:8 misspelt-keyword WHER"],
    hint: "did you mean `WHERE`?",
    fix: "WHERE",
  },
  "a misspelt FROM": { text: "RULE r FORM a EMIT LOW", errors: ["1:8 misspelt-keyword FORM"], fix: "FROM" },
  "a misspelt EMIT behind a condition": {
    text: "WITHIN 10s COUNT() > 5 EMTI LOW",
    errors: ["1:24 misspelt-keyword EMTI"],
    fix: "EMIT",
  },
  "a misspelt EMIT behind a window": { text: "WITHIN 10s EMITT LOW", errors: ["1:12 misspelt-keyword EMITT"] },
  "a misspelt declaration": {
    text: "STRAEM a\nRULE r FROM a EMIT LOW",
    errors: ["1:1 misspelt-keyword STRAEM"],
    fix: "STREAM",
  },
  "a misspelt declaration behind a rule": {
    text: "FROM a EMIT LOW\nSTRAEM b { x: NUMBER }",
    errors: ["2:1 misspelt-keyword STRAEM"],
  },
  "a misspelt word behind EMIT": {
    text: "FROM a EMIT LOW COOLDWN 5m",
    errors: ["1:17 misspelt-keyword COOLDWN"],
    fix: "COOLDOWN",
  },
  "a misspelt severity": { text: "FROM a EMIT HGIH", errors: ["1:13 misspelt-keyword HGIH"], fix: "HIGH" },
  "a severity of another system": {
    text: "FROM a EMIT urgent",
    errors: ["1:13 unknown-severity urgent"],
    hint: "severities are INFO, LOW, MEDIUM, HIGH, CRITICAL",
  },
  "a misspelt type": { text: "STREAM s { a: STRNG }", errors: ["1:15 misspelt-keyword STRNG"], fix: "STRING" },
  "a type of another language": { text: "STREAM s { a: varchar, b: NUMBER }", errors: ["1:15 unknown-type varchar"] },
  "a keyword is no name without back-ticks": {
    text: "RULE from FROM a EMIT LOW",
    errors: ["1:6 unexpected-token from"],
    fix: "`from`",
  },
  "a rule emits": { text: "RULE r FROM a", errors: ["1:6 missing-emit r"] },
  "a rule without a name emits too": { text: "FROM a\nRULE r FROM b EMIT LOW", errors: ["1:1 missing-emit FROM"] },
  "clauses stand before EMIT": { text: "FROM a EMIT LOW WITHIN 5m", errors: ["1:17 missing-emit WITHIN"] },
  "a rule without a name begins with a clause": { text: "EMIT LOW", errors: ["1:1 rule-start EMIT"] },
  "a clause stands once": { text: "FROM a FROM b EMIT LOW", errors: ["1:8 duplicate-clause FROM"] },
  "a window stands once": {
    text: "WITHIN 5m BY u EVERY 1m EMIT LOW",
    errors: ["1:16 duplicate-clause EVERY"],
    hint: "a hopping window is written in one piece: `WITHIN 10m EVERY 1m`",
  },
  "COOLDOWN and EXPIRE stand once": {
    text: "EXPIRE AFTER 1h FROM a EMIT LOW COOLDOWN 1m COOLDOWN 2m EXPIRE AFTER 2h",
    errors: ["1:45 duplicate-clause COOLDOWN", "1:57 duplicate-clause EXPIRE"],
  },
  "a condition has its WHEN, but directly behind a window": {
    text: "WITHIN 10s BY user COUNT() > 5 EMIT LOW",
    errors: ["1:20 missing-when COUNT"],
  },
  "a branch without a condition is the last": {
    text: "FROM a EMIT LOW WHEN x EMIT HIGH",
    errors: ["1:17 when-after-emit WHEN"],
  },
  "a second EMIT has a condition": { text: "WHEN x EMIT LOW EMIT HIGH", errors: ["1:17 unexpected-token EMIT"] },
  "comparisons do not chain": {
    text: "FROM a WHERE 1 < x < 3 EMIT LOW",
    errors: ["1:20 chained-comparison <"],
    fix: "AND x <",
  },
  "a list of values is not empty": { text: "FROM a WHERE x IN () EMIT LOW", errors: ["1:20 unexpected-token )"] },
  "IS goes with NULL": {
    text: "FROM a WHERE x IS TRUE EMIT LOW",
    errors: ["1:19 unexpected-token TRUE"],
    hint: "compare with `= TRUE`",
  },
  "NOT NULL goes with IS": {
    text: "FROM a WHERE x NOT NULL EMIT LOW",
    errors: ["1:16 unexpected-token NOT"],
    hint: "write `IS NOT NULL`",
  },
  "a parenthesis is closed": { text: "FROM a WHERE (x > 1 EMIT LOW", errors: ["1:21 unexpected-token EMIT"] },
  "CASE goes with WHEN": {
    text: "FROM a WHERE CASE x WHEN 1 THEN 2 END EMIT LOW",
    errors: ["1:19 unexpected-token x"],
  },
  "a number begins with a digit": {
    text: "FROM a WHERE x > .5 EMIT LOW",
    errors: ["1:18 unexpected-token ."],
    hint: "a number below 1 is written `0.5`",
  },
  "a value in the data has a name": {
    text: "FROM a EMIT LOW { SUM(x), 5, a.b + 1, c, n: 1 }",
    errors: ["1:19 unnamed-data SUM", "1:27 unnamed-data 5", "1:30 unnamed-data a.b +"],
    hint: "write `name: value`",
  },
  "the message stands before the data": {
    text: 'FROM a EMIT LOW { x } "m {y}"',
    errors: ['1:23 unexpected-token "m {y}"'],
  },
  "an error inside a message is where it stands": {
    text: 'FROM a\n  EMIT LOW "\\u00e9 \\"{user +}\\" {b => 1}"',
    errors: ["2:29 unexpected-token", "2:36 bad-operator =>"],
  },
  "the braces of a message match": {
    text: 'FROM a EMIT LOW "a } b {} c {x"',
    errors: ["1:20 unmatched-brace }", "1:24 empty-message-expression {}", "1:29 unmatched-brace {"],
  },
  "a quantifier has its maximum above its minimum": {
    text: "SEQUENCE a{3,1} THEN b{0} WITHIN 1m EMIT LOW",
    errors: ["1:11 bad-quantifier {3,1}", "1:23 bad-quantifier {0}"],
  },
  "NOT is not repeated": { text: "SEQUENCE a THEN NOT b+ WITHIN 1m EMIT LOW", errors: ["1:22 bad-quantifier +"] },
  "NOT stands before no group": {
    text: "SEQUENCE a THEN NOT ALL OF (b, c) WITHIN 1m EMIT LOW",
    errors: ["1:17 bad-step NOT"],
  },
  "members of a group are plain": {
    text: "SEQUENCE ANY OF (NOT a, b{2}) WITHIN 1m EMIT LOW",
    errors: ["1:18 bad-step NOT", "1:26 bad-quantifier {2}"],
  },
  "a step has one WHERE": {
    text: "SEQUENCE a THEN b WHERE x WHERE y EMIT LOW",
    errors: ["1:27 duplicate-clause WHERE"],
    hint: "the rule's own WHERE stands before SEQUENCE or behind the window",
  },
  "a test holds no expressions": { text: 'TEST "t" { s { x: y } AT 0s }', errors: ["1:19 unexpected-token y"] },
  "an event of a test has its times": {
    text: 'TEST "t" { s { x: 1 } EXPECT NOTHING }',
    errors: ["1:23 unexpected-token EXPECT"],
  },
  "a declaration has its name": { text: "PARAM = 5", errors: ["1:7 unexpected-token ="] },
  "a rule's name is no string": {
    text: 'RULE "many logins" "Many" FROM a EMIT LOW\nRULE \'it\\\'s\' FROM a EMIT LOW',
    errors: ['1:6 unexpected-token "many logins"', "2:6 unexpected-token 'it\\'s'"],
    hint: "a name is one word, or stands in back-ticks; behind it a text in quotes is the rule's title",
    fix: "`many logins`",
  },
  "fields stand in braces": {
    text: "STREAM a (user STRING)\nTABLE t KEY k (k STRING)\nFROM a EMIT LOW",
    errors: ["1:10 unexpected-token (", "2:15 unexpected-token ("],
    hint: "fields stand in braces, each with a colon before its type: `{ user: STRING }`",
  },
  "all events are counted without a star": {
    text: "FROM a WITHIN 1h COUNT(*) > 5 EMIT LOW",
    errors: ["1:24 unexpected-token *"],
    hint: "`COUNT()` counts every event",
    fix: "",
  },
  "a type has one name": {
    text: "STREAM a { user: varchar, amount: DECIMAL }",
    errors: ["1:18 unknown-type varchar", "1:35 unknown-type DECIMAL"],
    hint: "it is called STRING here",
    fix: "STRING",
  },
  "a pattern stands in quotes": {
    text: "FROM a WHERE x MATCHES /a/ EMIT LOW",
    errors: ["1:24 unexpected-token /"],
    hint: "a pattern stands in quotes: `x MATCHES '^a.*z$'`",
  },
  "what begins nothing": { text: "user > 5", errors: ["1:1 unexpected-token user"] },
  "an error at the end points behind the last word": {
    text: "FROM a WHERE x >  \n\n",
    errors: ["1:17 unexpected-token"],
  },
};

describe("errors", () => {
  it.each(Object.entries(cases))("%s", (_, given) => {
    expect(errors(given.text)).toEqual(given.errors);
    const [first] = parse(given.text).diagnostics;
    if (given.hint !== undefined) expect(first?.hint).toBe(given.hint);
    if (given.fix !== undefined) expect(first?.fix).toBe(given.fix);
  });

  it("of a file are all reported, each where it stands", () => {
    const text = `STREAM payments { user: STRNG, amount NUMBER, ok: BOOLEAN }
PARAM limit 5
RULE one FROM payments WHERE amount > > 5 BY user WITHIN 10 WHEN COUNT() >  EMIT HIGH "x {user" { a: , b: 2 }
RULE two
  FROM payments
  WHERE (amount > 5
  EMIT LOWW
COOLDOWN
LET x = 5 +
RULE three SEQUENCE a THEN THEN b{x} WITHIN 1m EMIT LOW
TEST "t" { a { x: } AT 0s EXPECT one HIGH AT 5 UNTIL }
RULE four FROM a EMIT LOW
`;
    expect(errors(text)).toEqual([
      "1:25 misspelt-keyword STRNG",
      "1:39 unexpected-token NUMBER",
      "2:13 unexpected-token 5",
      "3:39 unexpected-token >",
      "3:58 missing-unit 10",
      "3:77 unexpected-token EMIT",
      "3:90 unmatched-brace {",
      "3:102 unexpected-token ,",
      "7:3 unexpected-token EMIT",
      "7:8 misspelt-keyword LOWW",
      "8:9 unexpected-token",
      "9:12 unexpected-token",
      "10:28 unexpected-token THEN",
      "10:35 unexpected-token x",
      "11:19 unexpected-token }",
      "11:46 missing-unit 5",
      "11:54 unexpected-token }",
    ]);
  });

  it("leave the rest of the tree standing", () => {
    const { file } = parse("RULE one FROM a WHERE ) BY user WITHIN 5m EMIT LOW RULE two FROM b EMIT HIGH");
    expect(file.declarations).toMatchObject([
      { name: { text: "one" }, where: { kind: "error" }, by: [{}], window: { kind: "within" }, branches: [{}] },
      { name: { text: "two" }, branches: [{}] },
    ]);
  });

  it("do not take the words behind a dot or before a colon for clauses when reading resumes", () => {
    expect(errors("FROM a WHERE ) a.from = 1 EMIT LOW { from: 1 }")).toEqual(["1:14 unexpected-token )"]);
  });

  it("of the checker and of the syntax have different codes, each with its line of documentation", () => {
    const codes = Object.entries(diagnosticCodes);
    expect(codes.length).toBeGreaterThan(Object.keys(syntaxCodes).length);
    for (const [code, doc] of codes) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(doc).not.toMatch(/\.$|^[A-Z][a-z]/);
    }
    for (const [code, doc] of Object.entries(syntaxCodes)) expect(diagnosticCodes).toHaveProperty(code, doc);
  });

  it("show every code of the syntax", () => {
    const seen = new Set<string>(
      Object.values(cases).flatMap(({ text }) => parse(text).diagnostics.map(({ code }) => code)),
    );
    const elsewhere = ["text-too-long", "too-deep", "too-many-errors", "too-many-items", "too-many-rules"];
    expect(Object.keys(syntaxCodes).filter((code) => !seen.has(code))).toEqual(elsewhere);
  });
});
