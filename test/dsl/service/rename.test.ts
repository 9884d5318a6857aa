import { createLanguageService, parse, type TextEdit } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { FILE, marked } from "./marked.ts";

const HEAD =
  "STREAM s { amount: NUMBER, user: STRING, from_: STRING }\nPARAM limit = 5\nPARAM gap = 1m\nLET big = amount > limit\n";

const renames: readonly (readonly [text: string, newName: string, result: string])[] = [
  ["PARAM li|mit = 5\nFROM s WHERE a > limit EMIT LOW", "most", "PARAM most = 5\nFROM s WHERE a > most EMIT LOW"],
  ["PARAM limit = 5\nFROM s WHERE a > li|mit EMIT LOW", "a b", "PARAM `a b` = 5\nFROM s WHERE a > `a b` EMIT LOW"],
  [
    "PARAM gap = 5m\nWITHIN ga|p COUNT() > 3 EMIT LOW",
    "within",
    "PARAM `within` = 5m\nWITHIN `within` COUNT() > 3 EMIT LOW",
  ],
  ["LET x = a > 3\nFROM s WHERE |x EMIT LOW", "y", "LET y = a > 3\nFROM s WHERE y EMIT LOW"],
  ["STREAM s|1 { a: NUMBER }\nFROM s1 EMIT LOW", "s2", "STREAM s2 { a: NUMBER }\nFROM s2 EMIT LOW"],
  [
    "STREAM s { a: NUMBER }\nFROM s WHERE a| > 3 EMIT LOW { a }",
    "b",
    "STREAM s { b: NUMBER }\nFROM s WHERE b > 3 EMIT LOW { a: b }",
  ],
  [
    "STREAM s { d: { a: NUMBER } }\nFROM s EMIT LOW { d.a| }",
    "b",
    "STREAM s { d: { b: NUMBER } }\nFROM s EMIT LOW { a: d.b }",
  ],
  [
    "STREAM s { d: { a: NUMBER } }\nFROM s EMIT LOW { d|.a }",
    "b",
    "STREAM s { b: { a: NUMBER } }\nFROM s EMIT LOW { b.a }",
  ],
  [
    'STREAM s { a: NUMBER }\nFROM s EMIT LOW "{a} \\" {a|}"',
    "from",
    'STREAM s { `from`: NUMBER }\nFROM s EMIT LOW "{`from`} \\" {`from`}"',
  ],
  [
    "SEQUENCE f|ail: s THEN ok: s WHERE x = fail.x WITHIN 1m EMIT LOW { n: COUNT(fail), fail.x }",
    "bad",
    "SEQUENCE bad: s THEN ok: s WHERE x = bad.x WITHIN 1m EMIT LOW { n: COUNT(bad), bad.x }",
  ],
  [
    'RULE b|urst FROM s EMIT LOW\nTEST "t" { s {} AT 0s EXPECT burst }',
    "rapid",
    'RULE rapid FROM s EMIT LOW\nTEST "t" { s {} AT 0s EXPECT rapid }',
  ],
  [
    'STREAM s { user: STRING }\nRULE r FROM s BY us|er EMIT LOW\nTEST "t" { s { user: "a" } AT 0s EXPECT r { user: "a" } }',
    "who",
    'STREAM s { who: STRING }\nRULE r FROM s BY who EMIT LOW\nTEST "t" { s { who: "a" } AT 0s EXPECT r { who: "a" } }',
  ],
  [
    'RULE r FROM s EMIT LOW { n|: 1 }\nTEST "t" { s {} AT 0s EXPECT r { n: 1 } }',
    "total",
    'RULE r FROM s EMIT LOW { total: 1 }\nTEST "t" { s {} AT 0s EXPECT r { total: 1 } }',
  ],
  [
    "RULE a FROM s EMIT LOW INTO ho|t\nRULE b FROM hot EMIT LOW",
    "warm",
    "RULE a FROM s EMIT LOW INTO warm\nRULE b FROM warm EMIT LOW",
  ],
  [
    "RULE a FROM s EMIT LOW { n|: x } INTO hot\nRULE b FROM hot WHERE n > 3 EMIT LOW",
    "m",
    "RULE a FROM s EMIT LOW { m: x } INTO hot\nRULE b FROM hot WHERE m > 3 EMIT LOW",
  ],
  [
    "STREAM hot { n: NUMBER }\nRULE a FROM s EMIT LOW { n } INTO hot\nRULE b FROM hot WHERE n| > 3 EMIT LOW",
    "m",
    "STREAM hot { m: NUMBER }\nRULE a FROM s EMIT LOW { m: n } INTO hot\nRULE b FROM hot WHERE m > 3 EMIT LOW",
  ],
  [
    "STREAM s { user: STRING }\nRULE a FROM s BY use|r WITHIN 1m COUNT() > 1 EMIT LOW INTO hot\nRULE b FROM hot BY user WITHIN 1m COUNT() > 1 EMIT LOW",
    "uid",
    "STREAM s { uid: STRING }\nRULE a FROM s BY uid WITHIN 1m COUNT() > 1 EMIT LOW INTO hot\nRULE b FROM hot BY uid WITHIN 1m COUNT() > 1 EMIT LOW",
  ],
  [
    "RULE a FROM s BY LOWER(x) AS who| WITHIN 1m COUNT() > 1 EMIT LOW INTO hot\nRULE b FROM hot WHERE who = 'x' EMIT LOW",
    "name",
    "RULE a FROM s BY LOWER(x) AS name WITHIN 1m COUNT() > 1 EMIT LOW INTO hot\nRULE b FROM hot WHERE name = 'x' EMIT LOW",
  ],
  [
    'STREAM lo|gins\nWHERE STREAM_NAME() = \'logins\' OR STREAM_NAME() IN ("logins", "x") EMIT LOW',
    "visits",
    'STREAM visits\nWHERE STREAM_NAME() = "visits" OR STREAM_NAME() IN ("visits", "x") EMIT LOW',
  ],
  [
    "STREAM a { user: STRING }\nSTREAM b { user: STRING }\nFROM a, b BY use|r EMIT LOW",
    "uid",
    "STREAM a { uid: STRING }\nSTREAM b { uid: STRING }\nFROM a, b BY uid EMIT LOW",
  ],
];

const refusals: readonly (readonly [text: string, newName: string, reason: RegExp])[] = [
  [`${HEAD}FROM s WHERE am|ount > 3 EMIT LOW`, "user", /there is a field `user` already/],
  [`${HEAD}FROM s WHERE amount > li|mit EMIT LOW`, "gap", /there is a PARAM `gap` already/],
  [`${HEAD}FROM s WHERE amount > li|mit EMIT LOW`, "big", /big/],
  [`${HEAD}FROM s WHERE b|ig EMIT LOW { amount }`, "amount", /amount/],
  [`${HEAD}FROM s WHERE big EMIT LOW { x: user } ; FROM s WHERE big EMIT LOW { y: b|ig }`, "user", /user/],
  [`${HEAD}FROM s WHERE am|ount > 3 EMIT LOW`, "", /not empty/],
  [`${HEAD}FROM s WHERE am|ount > 3 EMIT LOW`, "a`b", /back-ticks/],
  ["FROM s WHERE am|ount > 3 EMIT LOW", "x", /no STREAM declares/],
  ["FROM s EMIT LOW TO pa|ger", "x", /sink/],
  ["FROM s WHE|RE a > 3 EMIT LOW", "x", /only names/],
  ["STREAM s {}\nSTREAM t {}\nFROM |s EMIT LOW", "t", /there is a stream `t` already/],
  ["RULE a FROM s EMIT LOW\nRULE |b FROM s EMIT LOW", "a", /there is a rule `a` already/],
  ["SEQUENCE |a: s THEN b: s WITHIN 1m EMIT LOW", "b", /there is a step `b` already/],
];

describe("rename", () => {
  test.each(renames)("%s to %s", (text, newName, result) => {
    const { service, caret, text: before } = marked(text);
    const renamed = service.rename(FILE, caret, newName);
    expect(renamed.ok ? "" : renamed.reason).toBe("");
    expect(applied(before, renamed.ok ? (renamed.files[0]?.edits ?? []) : [])).toBe(result);
    expect(parse(result).diagnostics).toEqual([]);
  });

  test.each(refusals)("refuses %s to %s", (text, newName, reason) => {
    const { service, caret } = marked(text);
    const renamed = service.rename(FILE, caret, newName);
    expect(renamed.ok).toBe(false);
    expect(renamed.ok ? "" : renamed.reason).toMatch(reason);
  });

  test("reaches all files that are read together", () => {
    const service = createLanguageService();
    service.setText("streams.weir", "STREAM s { a: NUMBER }");
    service.setText("rules.weir", "FROM s WHERE a > 3 EMIT LOW");
    const renamed = service.rename("rules.weir", 13, "b");
    expect(renamed).toMatchObject({ ok: true, files: [{ file: "streams.weir" }, { file: "rules.weir" }] });
  });

  test("says what would be renamed", () => {
    const { service, caret } = marked("PARAM li|mit = 5");
    expect(service.renameTarget(FILE, caret)).toMatchObject({ ok: true, name: "limit", kind: "param" });
  });

  test("finds the declaration and all places of a name", () => {
    const { service, caret } = marked("PARAM limit = 5\nFROM s WHERE a > lim|it OR b > limit EMIT LOW");
    expect(service.definition(FILE, caret).map(({ range }) => range.start.offset)).toEqual([6]);
    expect(service.references(FILE, caret).map(({ range }) => range.start.line)).toEqual([1, 2, 2]);
    expect(service.references(FILE, caret, { declarations: false })).toHaveLength(2);
    expect(service.highlights(FILE, caret)).toHaveLength(3);
  });
});

function applied(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toReversed()
    .reduce(
      (done, { range, text: replacement }) =>
        done.slice(0, range.start.offset) + replacement + done.slice(range.end.offset),
      text,
    );
}
