import { compile, type Diagnostic } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { checkCodes } from "../../packages/dsl/src/check/codes.ts";
import {
  badNames,
  badPlaces,
  type BadRules,
  badSequences,
  badTests,
  badTypes,
  declarations,
  doubtfulRules,
} from "./bad-rules.ts";

interface Said {
  readonly code: string;
  readonly at: string;
}

/** What is said of a text whose marks are taken out, and what was expected to be. */
function said(marked: string, levels: readonly string[]): { readonly found: readonly Said[]; readonly mark: string } {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const text = `${declarations}${marked.replace("«", "").replace("»", "")}`;
  const before = declarations.length;
  const { diagnostics } = compile(text);
  const found = diagnostics
    .filter(({ level }) => levels.includes(level))
    .map((diagnostic) => at(diagnostic, text, before));
  return { found, mark: `${start}: ${marked.slice(start + 1, end + 1)}` };
}

function at({ code, span }: Diagnostic, text: string, before: number): Said {
  return { code, at: `${span.start - before}: ${text.slice(span.start, span.end)}` };
}

function refuses(rules: BadRules): void {
  it.each(rules)("%s: %s", (code, marked) => {
    const { found, mark } = said(marked, ["error"]);
    expect(found).toEqual([{ code, at: mark }]);
  });
}

it("the declarations of the tables are sound", () => {
  expect(compile(declarations).diagnostics).toEqual([]);
});

describe("one error, at its place, of names", () => refuses(badNames));
describe("one error, at its place, of types", () => refuses(badTypes));
describe("one error, at its place, of what stands where", () => refuses(badPlaces));
describe("one error, at its place, of sequences", () => refuses(badSequences));
describe("one error, at its place, of tests", () => refuses(badTests));

describe("one warning or hint of a file that compiles", () => {
  it.each(doubtfulRules)("%s: %s", (code, marked) => {
    const { found, mark } = said(marked, ["warning", "hint"]);
    expect(found).toEqual([{ code, at: mark }]);
    expect(said(marked, ["error"]).found).toEqual([]);
  });
});

describe("what the checker says", () => {
  const only = (text: string): Diagnostic => {
    const [diagnostic] = compile(text).diagnostics;
    if (diagnostic === undefined) throw new Error("nothing was said");
    return diagnostic;
  };

  it("tells the field that was meant, and how to cure it", () => {
    const text = "STREAM transactions { amount: NUMBER }\nFROM transactions\n  WHERE amout > 100 EMIT LOW";
    expect(only(text)).toMatchObject({
      level: "error",
      code: "unknown-field",
      message: "stream `transactions` has no field `amout`",
      hint: "did you mean `amount`?",
      fix: "amount",
      line: 3,
      column: 9,
    });
  });

  it("points at the use of a LET that does not fit there, and offers no fix for its text", () => {
    const text = "STREAM a { amount: NUMBER } LET big = amuont > 5 FROM a WHERE big EMIT LOW";
    expect(only(text)).toMatchObject({ code: "unknown-field", span: { start: 62, end: 65 } });
    expect(only(text).fix).toBeUndefined();
  });

  it("reports what is wrong inside a LET once, wherever it is used", () => {
    const text = "LET bad = LOWR(x) FROM a WHERE bad = 'a' EMIT LOW FROM b WHERE bad = 'b' EMIT LOW { x: bad }";
    expect(compile(text).diagnostics.map(({ code }) => code)).toEqual(["unknown-function"]);
  });

  it("reports all errors of a file in the order of its text, syntax errors among them", () => {
    const text =
      "FROM a WHERE COUNT() > 1 EMIT LOW\nWITHIN 10 COUNT() > 5 EMIT LOW\nFROM a WHERE x MATCHES '(' EMIT LOW";
    expect(compile(text).diagnostics.map(({ code, line }) => `${line} ${code}`)).toEqual([
      "1 aggregate-not-here",
      "2 missing-unit",
      "3 bad-pattern",
    ]);
  });

  it("says nothing more of what could not be read", () => {
    const text = "FROM a WHERE x > > 5 EMIT LOW { y: SUM( } SEQUENCE a THEN NOT b WITHIN oops EMIT LOW";
    expect(compile(text).diagnostics.filter(({ code }) => code === "sequence-needs-within")).toEqual([]);
  });

  it("knows the event-time field without its being listed, as a TIME", () => {
    expect(compile("STREAM a { x: NUMBER } FROM a WHERE HOUR(ts) = 1 EMIT LOW").ok).toBe(true);
    expect(compile("STREAM a { x: NUMBER } TIME seen FROM a WHERE HOUR(seen) = 1 EMIT LOW").ok).toBe(true);
    expect(only("STREAM a { x: NUMBER } TIME seen FROM a WHERE ts > EVENT_TIME() EMIT LOW").code).toBe("unknown-field");
    expect(only("STREAM a { x: NUMBER } TIME ARRIVAL FROM a WHERE ts > EVENT_TIME() EMIT LOW").code).toBe(
      "unknown-field",
    );
  });

  it("takes a field that one of the streams has, and any field of an undeclared stream", () => {
    const streams = "STREAM a { x: NUMBER } STREAM b { y: NUMBER } ";
    expect(compile(`${streams}FROM a, b WHERE y > 1 EMIT LOW`).diagnostics).toEqual([]);
    expect(compile(`${streams}FROM a, c WHERE z > 1 EMIT LOW`).diagnostics).toEqual([]);
  });

  it("types functions of the host", () => {
    const functions = { risk: { params: ["STRING"], returns: "NUMBER" } } as const;
    expect(compile("FROM a WHERE RISK(user) > 1 EMIT LOW", { functions }).ok).toBe(true);
    expect(compile("FROM a WHERE risk(user) = 'a' EMIT LOW", { functions }).diagnostics[0]?.code).toBe("type-mismatch");
    expect(compile("FROM a WHERE risk() > 1 EMIT LOW", { functions }).diagnostics[0]?.code).toBe("wrong-arguments");
    expect(compile("FROM a WHERE risk(user) > 1 EMIT LOW").diagnostics[0]?.code).toBe("unknown-function");
  });

  it("takes LETs 64 deep and no deeper", () => {
    const chain = (depth: number): string =>
      ["LET l1 = x > 1", ...Array.from({ length: depth - 1 }, (_, i) => `LET l${i + 2} = NOT l${i + 1}`)].join("\n");
    expect(compile(`${chain(64)}\nFROM a WHERE l64 EMIT LOW`).ok).toBe(true);
    expect(compile(`${chain(80)}\nFROM a WHERE l80 EMIT LOW`).diagnostics.map(({ code }) => code)).toEqual([
      "let-too-deep",
    ]);
  });

  it("refuses LETs that double at every level, and does not write them out", () => {
    const lets = ["LET l1 = x + x", ...Array.from({ length: 50 }, (_, i) => `LET l${i + 2} = l${i + 1} + l${i + 1}`)];
    const codes = compile(`${lets.join("\n")}\nFROM a WHERE l51 > 1 EMIT LOW`).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(["too-large"]);
  });

  it("says an error where a warning of the same kind stands already", () => {
    const { ok, diagnostics } = compile("LET s = -(0 < 10s)");
    expect(ok).toBe(false);
    expect(diagnostics.map(({ level, code }) => [level, code])).toEqual([
      ["warning", "type-mismatch"],
      ["error", "type-mismatch"],
    ]);
  });

  it("bounds what all rules of a file grow to", () => {
    const lets = ["LET l1 = x + x", ...Array.from({ length: 14 }, (_, i) => `LET l${i + 2} = l${i + 1} + l${i + 1}`)];
    const rules = Array.from({ length: 100 }, () => "FROM a WHERE l15 > 1 EMIT LOW");
    const codes = new Set(compile([...lets, ...rules].join("\n")).diagnostics.map(({ code }) => code));
    expect([...codes]).toEqual(["too-large"]);
  });

  it("stands thousands of LETs, rules that feed each other and steps", () => {
    const lets = Array.from({ length: 10_000 }, (_, i) => `LET l${i + 1} = l${i}`).join("\n");
    expect(compile(lets).diagnostics.map(({ code }) => code)).toEqual(["let-too-deep"]);
    const chain = Array.from({ length: 3_000 }, (_, i) => `FROM s${i} EMIT LOW INTO s${i + 1}`).join("\n");
    expect(compile(chain).ok).toBe(true);
  });
});

it("every code of the checker is shown by a rule", () => {
  const shown = new Set(
    [badNames, badPlaces, badSequences, badTests, badTypes, doubtfulRules].flat().map(([code]) => code),
  );
  const elsewhere = ["let-too-deep", "too-large", "not-yet"];
  expect(Object.keys(checkCodes).filter((code) => !shown.has(code) && !elsewhere.includes(code))).toEqual([]);
});
