import { createLanguageService, sampleStreams } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { DECLARED, FILE, marked } from "./marked.ts";

describe("the structure of a file", () => {
  const text = `-- what comes in
-- from the shop
STREAM payments {
  user: STRING,
  device: { ip: STRING },
}
PARAM limit = 5

/* rules */
RULE burst "Rapid-fire"
  FROM payments
  BY user AS who
  WHEN COUNT() > limit
  EMIT HIGH
RULE seq SEQUENCE a: payments THEN payments WITHIN 1m EMIT LOW
WITHIN 1m COUNT(user) > 3
  EMIT LOW
TEST "t" { EXPECT NOTHING }
`;
  const service = createLanguageService();
  service.setText(FILE, text);

  test("is its declarations with what is inside of them", () => {
    const shown = service
      .symbols(FILE)
      .map(({ kind, name, detail, children, nameRange }) => [
        kind,
        name,
        detail ?? "",
        children.map((child) => `${child.kind} ${child.name}`).join(", "),
        text.slice(nameRange.start.offset, nameRange.end.offset),
      ]);
    expect(shown).toEqual([
      ["stream", "payments", "", "field user, field device", "payments"],
      ["param", "limit", "5", "", "limit"],
      ["rule", "burst", "Rapid-fire", "key who", "burst"],
      ["rule", "seq", "", "alias a, alias payments", "seq"],
      ["rule", "rule_3", "", "", "WITHIN"],
      ["test", "t", "", "", '"t"'],
    ]);
  });

  test("folds where a declaration, a comment or a row of comments has several lines", () => {
    expect(service.folding(FILE)).toEqual([
      { startLine: 1, endLine: 2, kind: "comment" },
      { startLine: 3, endLine: 6, kind: "region" },
      { startLine: 10, endLine: 14, kind: "region" },
      { startLine: 16, endLine: 17, kind: "region" },
    ]);
  });

  test("lists its rules with places and severities", () => {
    expect(
      service.rules(FILE).map(({ name, named, title, severities, range }) => ({
        name,
        named,
        title,
        severities,
        line: range.start.line,
      })),
    ).toEqual([
      { name: "burst", named: true, title: "Rapid-fire", severities: ["HIGH"], line: 10 },
      { name: "seq", named: true, title: undefined, severities: ["LOW"], line: 15 },
      { name: "rule_3", named: false, title: undefined, severities: ["LOW"], line: 16 },
    ]);
  });
});

describe("semantic tokens", () => {
  const typesOf = (text: string): readonly string[] => {
    const service = createLanguageService();
    service.setText(FILE, text);
    return service.semanticTokens(FILE).map(({ range, type, declaration }) => {
      return `${text.slice(range.start.offset, range.end.offset)}:${type}${declaration ? "!" : ""}`;
    });
  };

  test("say what a name stands for", () => {
    const text =
      "PARAM p = 1 LET l = x TABLE t KEY k STREAM s RULE r FROM s WHERE x > p AND l AND x IN t EMIT LOW TO mail";
    expect(typesOf(text).filter((token) => !token.endsWith(":keyword"))).toEqual([
      "p:param!",
      "l:let!",
      "x:field",
      "t:table!",
      "k:field!",
      "s:stream!",
      "r:rule!",
      "s:stream",
      "x:field",
      "p:param",
      "l:let",
      "x:field",
      "t:table",
      "mail:sink",
    ]);
  });

  test("tell keywords from names of the same letters", () => {
    expect(typesOf("FROM last WHERE max > 3 LAST 5 EVENTS MAX(x) > 3 EMIT LOW")).toEqual([
      "FROM:keyword",
      "last:stream",
      "WHERE:keyword",
      "max:field",
      "LAST:keyword",
      "EVENTS:keyword",
      "MAX:aggregate",
      "x:field",
      "EMIT:keyword",
      "LOW:keyword",
    ]);
  });

  test("do not overlap where a name is made of several words", () => {
    expect(typesOf("RULE my-FROM FROM a EMIT LOW")).toEqual([
      "RULE:keyword",
      "my-FROM:rule!",
      "FROM:keyword",
      "a:stream",
      "EMIT:keyword",
      "LOW:keyword",
    ]);
  });

  test("reach into messages and steps", () => {
    const tokens = typesOf('SEQUENCE a: s THEN b: s WHERE x = a.x WITHIN 1m EMIT LOW "{ROUND(a.x)}"');
    expect(tokens).toEqual(expect.arrayContaining(["a:alias!", "a:alias", "ROUND:function"]));
    expect(tokens.filter((token) => token === "a:alias")).toHaveLength(2);
  });
});

describe("signature help", () => {
  test.each([
    ["FROM s WHERE ROUND(x, |", "ROUND", 1],
    ["FROM s WHERE ROUND(|", "ROUND", 0],
    ["FROM s WHERE ROUND(ABS(x), |) > 3 EMIT LOW", "ROUND", 1],
    ["FROM s WHERE ROUND(ABS(|x), 2) > 3 EMIT LOW", "ABS", 0],
    ["FROM s WHERE ROUND((x + |", "ROUND", 0],
    ["FROM s WHERE CONCAT(a, b, c, |", "CONCAT", 1],
    ["BY u WHEN PERCENTILE(x, |", "PERCENTILE", 1],
    ['FROM s EMIT LOW "{ROUND(x, |)}"', "ROUND", 1],
    ['FROM s EMIT LOW "{ROUND(x, |', "ROUND", 1],
    ["FROM s WHERE x IN (1, |", null, 0],
    ["FROM s WHERE ROUND(x) > |", null, 0],
    ["FROM s EMIT LOW { a: 1, |", null, 0],
    ["RULE a WHERE f(x EMIT LOW RULE b WHERE |", null, 0],
  ] as const)("%s", (text, name, active) => {
    const { service, caret } = marked(text);
    const help = service.signatureHelp(FILE, caret);
    if (name === null) expect(help).toBeNull();
    else expect([help?.signature.split("(")[0], help?.active]).toEqual([name, active]);
  });

  test("marks the parameter within the signature", () => {
    const { service, caret } = marked("FROM s WHERE ROUND(x, |");
    const help = service.signatureHelp(FILE, caret)!;
    const [start, end] = help.params[help.active]!.span;
    expect(help.signature.slice(start, end)).toBe("digits?: NUMBER");
  });
});

describe("fields of recorded events", () => {
  test("are found with types and values, inside of objects too", () => {
    const streams = sampleStreams([
      { stream: "web", data: { status: 200, geo: { country: "DE", at: [1, 2] }, ok: true, none: null } },
      { stream: "web", data: { status: "x", geo: { country: "FR" } } },
      { stream: "shop", data: { id: 7n } },
    ]);
    expect(streams).toEqual([
      {
        name: "web",
        fields: [
          { name: "status", types: ["NUMBER", "STRING"], values: ["200", '"x"'] },
          { name: "geo", types: ["OBJECT"], values: [] },
          { name: "geo.country", types: ["STRING"], values: ['"DE"', '"FR"'] },
          { name: "geo.at", types: ["LIST"], values: [] },
          { name: "ok", types: ["BOOLEAN"], values: ["TRUE"] },
        ],
      },
      { name: "shop", fields: [{ name: "id", types: ["NUMBER"], values: ["7"] }] },
    ]);
  });

  test("are at most 500 a stream, five values each, and no long ones", () => {
    const events = Array.from({ length: 50 }, (_, i) => ({
      stream: "s",
      data: {
        ...Object.fromEntries(Array.from({ length: 30 }, (__, j) => [`f${i}_${j}`, i])),
        same: i,
        text: "x".repeat(100),
      },
    }));
    const [stream] = sampleStreams(events);
    expect(stream!.fields.length).toBe(500);
    expect(stream!.fields.find(({ name }) => name === "same")?.values).toEqual(["0", "1", "2", "3", "4"]);
    expect(stream!.fields.find(({ name }) => name === "text")?.values).toEqual([]);
  });

  test("go no deeper than objects are nested in earnest", () => {
    let data: Record<string, unknown> = { x: 1 };
    for (let i = 0; i < 100; i++) data = { a: data };
    const [stream] = sampleStreams([{ stream: "s", data }]);
    expect(stream!.fields.length).toBeLessThan(10);
  });

  test("stand beside those that are declared", () => {
    const service = createLanguageService();
    service.setSamples([{ name: "payments", fields: [{ name: "status", types: ["STRING"], values: ['"ok"'] }] }]);
    service.setText(FILE, `${DECLARED}FROM payments WHERE status = `);
    const { items } = service.complete(FILE, DECLARED.length + 29);
    expect(items.find(({ label }) => label === "status")).toMatchObject({ detail: "STRING · payments" });
    expect(items[0]).toMatchObject({ kind: "value", label: '"ok"' });
  });
});
