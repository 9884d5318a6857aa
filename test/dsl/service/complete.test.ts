import { createLanguageService } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { DECLARED, FILE, marked } from "./marked.ts";

/** Labels that must be offered, and some that must not; `=` before the first: all that is offered but snippets. */
const cases: readonly (readonly [text: string, offered: string, not: string])[] = [
  ["|", "RULE FROM WHERE BY WITHIN EVERY SESSION LAST WHEN STREAM TABLE PARAM LET TEST", "EMIT COOLDOWN payments INTO"],
  ["FROM |", "= payments logins", ""],
  ["FROM pay|", "= payments logins", ""],
  ["FROM payments |", "WHERE BY WITHIN SEQUENCE WHEN EMIT", "FROM AND OR amount"],
  ["FROM payments, |", "= payments logins", ""],
  [
    "FROM payments WHERE |",
    "user status amount device ip limit big accounts NOT CASE TRUE ROUND",
    "outcome SUM EMIT EVERY PREV",
  ],
  ["FROM payments WHERE am|", "amount", "SUM"],
  ["FROM payments WHERE amount |", "AND OR IN BETWEEN WHEN EMIT", "amount FROM TRUE"],
  ["FROM payments WHERE amount > | EMIT HIGH", "amount limit", "AND EMIT"],
  ["FROM payments WHERE amount > 3 AND |\n  BY user WITHIN 10s WHEN COUNT() > 3 EMIT LOW", "amount NOT", "outcome SUM"],
  ["FROM payments WHERE device.|", "= ip os", ""],
  ['FROM payments WHERE device.i|p = "x" EMIT LOW', "= ip os", ""],
  ["FROM payments WHERE accounts[user].|", "= user tier home", ""],
  ["FROM payments WHERE amount BETWEEN 1 |", "= AND", ""],
  ["FROM payments WHERE amount IS |", "= NULL NOT NOT\u00a0NULL", ""],
  ["FROM payments WHERE status NOT |", "= IN BETWEEN LIKE MATCHES CONTAINS STARTS\u00a0WITH ENDS\u00a0WITH", ""],
  ["FROM payments WHERE CASE WHEN amount > 3 |", "THEN AND OR", "END WHEN"],
  ["FROM payments BY |", "user amount device", "SUM"],
  ["FROM payments BY user |", "AS WITHIN WHEN EMIT", "BY user"],
  ["WITHIN |", "1s 10s 1m 1h gap", "amount limit EVERY"],
  ["WITHIN 5|", "= 5s 5m 5h 5d 5w 5ms", ""],
  ["WITHIN 10s |", "COUNT SUM amount PRECISION EVERY WHEN EMIT NOT FOR?", "WITHIN SESSION OFFSET INTO"],
  ["WITHIN 10s EVERY |", "1s gap", ""],
  ["EVERY 1h |", "OFFSET WHEN EMIT", "PRECISION SESSION"],
  ["SESSION 5m |", "MAX WHEN EMIT COUNT", "PRECISION"],
  ["LAST 10 |", "= EVENTS", ""],
  ["MATCH |", "= EACH LATEST ALL\u00a0LIMIT", ""],
  ["WITHIN 10s COUNT(|", "user amount PRIOR DISTINCT ROUND", "SUM EMIT HIGH PREV"],
  ["WITHIN 10s COUNT(us|) > 5 EMIT HIGH", "user PRIOR", "SUM"],
  ["WITHIN 10s COUNT() |", "AND OR FOR OVER EMIT", "WITHIN COUNT"],
  ["BY user WHEN COUNT() OVER |", "1m gap", "amount"],
  ["BY user WHEN |", "COUNT SUM PREV ELAPSED amount", "EMIT"],
  ["BY user WHEN PREV(|", "amount ROUND", "SUM PREV"],
  ["WITHIN 10s COUNT() > 5 EMIT |", "= INFO LOW MEDIUM HIGH CRITICAL EACH", ""],
  ["WITHIN 10s COUNT() > 5 EMIT EACH |", "= INFO LOW MEDIUM HIGH CRITICAL", ""],
  ["WITHIN 10s COUNT() > 5 EMIT HI|", "HIGH", ""],
  [
    "WITHIN 10s COUNT() > 5 EMIT HIGH |",
    "INTO TO AND\u00a0RESOLVE COOLDOWN WHEN EXPIRE\u00a0AFTER RULE",
    "EMIT OR EACH",
  ],
  ["WITHIN 10s COUNT() > 5 EMIT HIGH COOLDOWN |", "1m gap", ""],
  ["WITHIN 10s COUNT() > 5 EMIT HIGH COOLDOWN 1m |", "PER WHEN RULE", "COOLDOWN"],
  ['FROM payments EMIT HIGH "paid {|}"', "amount user COUNT", "EMIT"],
  ['FROM payments EMIT HIGH "paid {am|', "amount user COUNT", "EMIT"],
  ['FROM payments EMIT HIGH "paid |"', "=", ""],
  ["FROM payments EMIT HIGH { |", "amount user", "SUM? EMIT"],
  ["FROM payments EMIT HIGH { total: | }", "amount SUM", "EMIT"],
  ["FROM payments EMIT HIGH { total: SUM(|) }", "amount", "SUM"],
  ["RULE a EMIT LOW INTO hot\nRULE b FROM |", "= payments logins hot", ""],
  ["RULE a EMIT LOW TO pager\nRULE b EMIT LOW TO |", "= pager", ""],
  ["BY user SEQUENCE fail: |", "payments logins", "AND INTO"],
  ["BY user SEQUENCE fail: logins THEN |", "payments logins NEXT NOT ALL\u00a0OF ANY\u00a0OF", "EMIT fail"],
  ["BY user SEQUENCE fail: logins |", "WHERE BY THEN WITHIN", "AND"],
  ["BY user SEQUENCE fail: logins WHERE |", "outcome user fail", "amount SUM"],
  [
    "BY user SEQUENCE fail: logins THEN move: payments WHERE amount > 3 AND fail.| WITHIN 10m EMIT LOW",
    "= user outcome at",
    "",
  ],
  ["BY user SEQUENCE fail: logins THEN move: payments WITHIN 1m EMIT HIGH { n: COUNT(|", "fail move", "amount outcome"],
  ["BY | SEQUENCE fail: logins THEN ok: logins WITHIN 1m EMIT LOW", "user outcome", "amount fail"],
  ["STREAM x { a: | }", "= STRING NUMBER BOOLEAN TIME DURATION LIST OBJECT ANY", ""],
  ["STREAM x { a: STRING } |", "TIME LATENESS AHEAD RULE", "KEY"],
  ["STREAM x TIME |", "ARRIVAL", "EMIT"],
  ["TABLE x |", "= KEY", ""],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { |', "payments EXPECT UNTIL PARAM TABLE", "EMIT"],
  [
    'RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { payments { | } AT 0s }',
    "= user status amount device ip ts",
    "",
  ],
  [
    'RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { payments { user: "a", | } AT 0s }',
    "= status amount device ip ts",
    "",
  ],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { payments {} |', "AT", "EXPECT"],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { EXPECT | }', "= r NOTHING", ""],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { EXPECT r | }', "LOW HIGH RESOLVED AT EXPECT", "NOTHING"],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { EXPECT r { | } }', "= user n", ""],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { PARAM | }', "= limit gap", ""],
  ['RULE r BY user EMIT LOW { n: COUNT() }\nTEST "t" { TABLE | }', "= accounts", ""],
  ["-- WITHIN |", "=", ""],
  ["/* FROM |", "=", ""],
  ["FROM payments WHERE amount > (1 + |", "amount", "EMIT"],
  ["FROM payments WHERE broken ] here\n  WITHIN |", "1s gap", ""],
];

describe("completion", () => {
  test.each(cases)("%s", (text, offered, not) => {
    const { service, caret } = marked(text, DECLARED);
    const labels = service
      .complete(FILE, caret)
      .items.filter(({ kind }) => kind !== "snippet")
      .map(({ label }) => label);
    const exact = offered.startsWith("=");
    const wanted = words(exact ? offered.slice(1) : offered);
    if (exact) expect(labels.toSorted()).toEqual(wanted.toSorted());
    else expect(labels).toEqual(expect.arrayContaining(wanted as string[]));
    expect(labels.filter((label) => words(not).includes(label))).toEqual([]);
  });

  test("replaces the word at the caret, its rest behind the caret too", () => {
    const { service, caret } = marked("FROM payments WHERE am|ou > 3 EMIT LOW", DECLARED);
    const { range } = service.complete(FILE, caret);
    expect([range.start.offset - DECLARED.length, range.end.offset - DECLARED.length]).toEqual([20, 24]);
  });

  test("offers whole rules where one may begin", () => {
    const { service, caret } = marked("|");
    const snippets = service.complete(FILE, caret).items.filter(({ kind }) => kind === "snippet");
    expect(snippets.length).toBeGreaterThan(5);
  });

  test("each snippet is a sound rule file once its places are filled in", () => {
    const { service, caret } = marked("|");
    const snippets = service.complete(FILE, caret).items.filter(({ kind }) => kind === "snippet");
    for (const { insert, label } of snippets) {
      service.setText(FILE, filledIn(insert));
      const errors = service.diagnostics(FILE).filter(({ level }) => level === "error");
      expect({ label, errors }).toEqual({ label, errors: [] });
    }
  });

  test("writes names that are no words in back-ticks", () => {
    const service = createLanguageService();
    const text = "STREAM s { `odd name`: STRING, `from`: STRING }\nFROM s WHERE ";
    service.setText(FILE, text);
    const inserts = service.complete(FILE, text.length).items.map(({ insert }) => insert);
    expect(inserts).toEqual(expect.arrayContaining(["`odd name`", "`from`"]));
  });

  test("offers fields and values of recorded events", () => {
    const service = createLanguageService();
    service.setSamples([
      {
        name: "web",
        fields: [
          { name: "status", types: ["NUMBER"], values: ["200", "404"] },
          { name: "geo", types: ["OBJECT"], values: [] },
          { name: "geo.country", types: ["STRING"], values: ['"DE"'] },
        ],
      },
    ]);
    const labelsAt = (text: string): readonly string[] => {
      service.setText(FILE, text.replace("|", ""));
      return service.complete(FILE, text.indexOf("|")).items.map(({ label }) => label);
    };
    expect(labelsAt("FROM |")).toEqual(["web"]);
    expect(labelsAt("FROM web WHERE |")).toEqual(expect.arrayContaining(["status", "geo"]));
    expect(labelsAt("FROM web WHERE status = |")).toEqual(expect.arrayContaining(["200", "404"]));
    expect(labelsAt("FROM web WHERE geo.|")).toEqual(["country"]);
    expect(labelsAt('FROM web WHERE geo.country = "|"')).toEqual(['"DE"']);
    expect(labelsAt("STREAM web { |")).toEqual(expect.arrayContaining(["status", "geo"]));
  });

  test("knows what other files declare", () => {
    const service = createLanguageService();
    service.setText("streams.weir", DECLARED);
    service.setText(FILE, "FROM payments WHERE ");
    const labels = service.complete(FILE, 20).items.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["amount", "limit", "big"]));
  });

  test("knows functions of the host", () => {
    const service = createLanguageService({ functions: { risk: { params: ["STRING"], returns: "NUMBER" } } });
    service.setText(FILE, "WHERE ");
    const item = service.complete(FILE, 6).items.find(({ label }) => label === "RISK");
    expect(item).toMatchObject({ kind: "function", detail: "RISK(STRING): NUMBER" });
  });
});

/** Words apart; one with `?` behind it is not looked at, and a fixed blank stands for a blank. */
function words(text: string): readonly string[] {
  return text
    .split(" ")
    .filter((word) => word !== "" && !word.endsWith("?"))
    .map((word) => word.replaceAll("\u00a0", " "));
}

function filledIn(snippet: string): string {
  return snippet.replaceAll(/\$\{\d+:((?:[^{}\\]|\\.)*)\}/g, "$1").replaceAll(/\$\d/g, "");
}
