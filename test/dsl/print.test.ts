import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format, parse, print } from "@weir/dsl";
import { lex } from "../../packages/dsl/src/lex/lex.ts";
import { Reporter } from "../../packages/dsl/src/reporter.ts";
import { corpus } from "./corpus.ts";
import { file } from "./random-file.ts";
import { withoutSpans } from "./without-spans.ts";

/** Random cases: WEIR_RUNS, else 2,000. A failure prints its seed; WEIR_SEED repeats it. */
const runs = Number(process.env["WEIR_RUNS"] ?? 2_000);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const casesUrl = new URL("../../../shared/conformance/cases.json", import.meta.url);

function expectFaithful(text: string): string {
  const { file, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  const printed = print(file, text);
  const again = parse(printed);
  expect(again.diagnostics).toEqual([]);
  expect(withoutSpans(again.file)).toEqual(withoutSpans(file));
  expect(again.file.comments.map(({ text }) => words(text)).sort()).toEqual(
    file.comments.map(({ text }) => words(text)).sort(),
  );
  expect(print(again.file, printed)).toBe(printed);
  return printed;
}

/** What a comment says, line ends apart. */
function words(comment: string): string {
  return comment.split(/\s+/).join(" ").trim();
}

describe("printing keeps meaning and comments, and printing again changes nothing", () => {
  it.each(Object.entries(corpus))("in the corpus: %s", (_, text) => {
    expectFaithful(text);
  });

  it.skipIf(!existsSync(casesUrl))(
    "in the worked cases (skipped where they do not stand beside the repository)",
    () => {
      const cases = JSON.parse(readFileSync(casesUrl, "utf8")) as readonly { readonly rules: string }[];
      expect(cases.length).toBeGreaterThan(100);
      for (const { rules } of cases) if (parse(rules).diagnostics.length === 0) expectFaithful(rules);
    },
  );

  it("for trees of any shape", () => {
    fc.assert(
      fc.property(file, (file) => {
        const printed = print(file, "");
        const parsed = parse(printed);
        expect(parsed.diagnostics).toEqual([]);
        expect(withoutSpans(parsed.file)).toEqual(withoutSpans(file));
        expect(print(parsed.file, printed)).toBe(print(parse(print(parsed.file, printed)).file, printed));
      }),
      given,
    );
  });

  it("wherever comments and line ends stand", () => {
    const texts = Object.values(corpus).filter((text) => !text.includes("\r"));
    const pieces = fc.constantFrom(
      " -- one\n",
      " /* two */ ",
      "\n-- three\n",
      "\n/* four */\n",
      "\n/* five\n five */ ",
      "\n\n-- six\n\n",
      "\n",
      " \n ",
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.infiniteStream(fc.option(pieces, { freq: 4 })), (text, pieces) => {
        expectFaithful(withPieces(text, pieces));
      }),
      given,
    );
  });
});

/** Puts pieces of text between tokens. */
function withPieces(text: string, pieces: Iterator<string | null, undefined>): string {
  const { tokens } = lex(text, new Reporter(text));
  let result = "";
  let at = 0;
  for (const token of tokens) {
    result += text.slice(at, token.start);
    const piece = pieces.next().value;
    result += `${piece ?? ""}${text.slice(token.start, token.end)}`;
    at = token.end;
  }
  return result;
}

describe("the canonical form", () => {
  it("has keywords in upper case and names as they are", () => {
    expect(format("rule Quiet from Logins by User when count() > 3 emit high").text).toBe(
      "RULE Quiet FROM Logins BY User WHEN COUNT() > 3 EMIT HIGH\n",
    );
  });

  it("has the clauses in one order", () => {
    expect(format("EXPIRE AFTER 1h WITHIN 5m BY u WHERE x FROM a EMIT LOW").text).toBe(
      "FROM a WHERE x BY u WITHIN 5m EMIT LOW EXPIRE AFTER 1h\n",
    );
    expect(format("MATCH EACH WITHIN 5m SEQUENCE a THEN b EMIT LOW").text).toBe(
      "SEQUENCE a THEN b MATCH EACH WITHIN 5m EMIT LOW\n",
    );
  });

  it("leaves a rule on one line that was on one and fits in 80 columns", () => {
    const rule = "WITHIN 10s COUNT(user) > 5 EMIT HIGH\n";
    expect(format(rule).text).toBe(rule);
    expect(format("WITHIN 10s\nCOUNT(user) > 5 EMIT HIGH").text).toBe("WITHIN 10s COUNT(user) > 5\n  EMIT HIGH\n");
    const long = `FROM a WHERE ${"x".repeat(70)} EMIT LOW`;
    expect(format(long).text).toBe(`FROM a\n  WHERE ${"x".repeat(70)}\n  EMIT LOW\n`);
  });

  it("lays a long rule out as the language page does", () => {
    const page = `RULE burst "Rapid-fire payments"
  FROM transactions
  WHERE status = "approved"
  BY user
  WITHIN 10s
  WHEN COUNT() > limit
  EMIT HIGH "user {user} made {COUNT()} payments in 10 s" { total: SUM(amount) }
  COOLDOWN 1m

RULE takeover
  BY user
  SEQUENCE fail: logins{3,} WHERE outcome = "failure"
      THEN ok: logins WHERE outcome = "success" AND ip != fail.ip
      THEN move: transactions WHERE amount > 1000
  WITHIN 10m
  EMIT CRITICAL { failures: COUNT(fail), amount: move.amount }
`;
    expect(format(page).text).toBe(page);
    expect(format(page.replaceAll(/\s+(?!$)/g, " ")).text).toBe(page);
  });

  it("breaks a long condition before its ANDs", () => {
    const terms = Array.from({ length: 8 }, (_, i) => `amount_${i} > ${i}00`);
    expect(format(`FROM a WHERE ${terms.join(" AND ")} EMIT LOW`).text).toBe(
      `FROM a\n  WHERE ${terms.join("\n    AND ")}\n  EMIT LOW\n`,
    );
  });

  it("puts a long pattern below what it is compared with, deeper than an AND", () => {
    const call = "CONCAT(LOWER(first), '/', LOWER(second), '/', UPPER(third))";
    const pattern = `'^(${"abc|".repeat(12)}d)$'`;
    expect(format(`FROM a WHERE ${call} NOT MATCHES ${pattern} AND x > 5 EMIT LOW`).text).toBe(
      `FROM a\n  WHERE ${call}\n      NOT MATCHES ${pattern}\n    AND x > 5\n  EMIT LOW\n`,
    );
  });

  it("has the parentheses that are needed, and those that spare a reader the precedence of AND, OR and NOT", () => {
    const printed = (condition: string): string => format(`FROM a WHERE ${condition} EMIT LOW`).text.slice(13, -10);
    expect(printed("((a AND b) OR c)")).toBe("(a AND b) OR c");
    expect(printed("a AND b OR c")).toBe("(a AND b) OR c");
    expect(printed("a OR (b OR c)")).toBe("a OR (b OR c)");
    expect(printed("NOT a = b")).toBe("NOT (a = b)");
    expect(printed("(a - b) - (c - d) * 2")).toBe("a - b - (c - d) * 2");
    expect(printed("- -a - (-b)")).toBe("- -a - -b");
    expect(printed("(a = b) = c")).toBe("(a = b) = c");
    expect(printed("(5m).x = (f(x)).y")).toBe("(5m).x = F(x).y");
    expect(printed("COUNT(`prior`.x) > COUNT(PRIOR x)")).toBe("COUNT(`prior`.x) > COUNT(PRIOR x)");
  });

  it("keeps durations, numbers and strings as they were written", () => {
    const rule = "FROM a WHERE x > 1_000.50 AND s = 'it''' WITHIN 90s EMIT LOW".replace("'it'''", "'it\\'s'");
    expect(format(rule).text).toBe(`${rule}\n`);
  });

  it("puts a semicolon only where the next rule would go on the one before", () => {
    expect(format("FROM a EMIT LOW; FROM b EMIT LOW; WHEN x EMIT LOW; EXPIRE AFTER 1h EMIT LOW;").text).toBe(
      "FROM a EMIT LOW\nFROM b EMIT LOW;\nWHEN x EMIT LOW;\nEXPIRE AFTER 1h EMIT LOW\n",
    );
  });

  it("sets declarations of several lines off by a blank line, and keeps single ones between others", () => {
    expect(format("PARAM a = 1\n\n\n\nPARAM b = 2\nPARAM c = 3\nRULE r\nFROM a\nEMIT LOW\nPARAM d = 4").text).toBe(
      "PARAM a = 1\n\nPARAM b = 2\nPARAM c = 3\n\nRULE r\n  FROM a\n  EMIT LOW\n\nPARAM d = 4\n",
    );
  });

  it("keeps fields below one another that were", () => {
    const stream = "STREAM a {\n  x: NUMBER,\n  y?: STRING\n} LATENESS 2s\n";
    expect(format(stream).text).toBe(stream);
    expect(format("STREAM a { x: NUMBER,\n y?: STRING } LATENESS 2s").text).toBe(
      "STREAM a { x: NUMBER, y?: STRING }\n  LATENESS 2s\n",
    );
  });

  it("fills lines with the times of an event, and leaves the event on its line", () => {
    const times = Array.from({ length: 30 }, (_, i) => `${i}m`).join(", ");
    const printed = format(`TEST "t" { pay { user: "ann" } AT ${times} EXPECT NOTHING }`).text;
    expect(printed.split("\n").slice(1, 3)).toEqual([
      '  pay { user: "ann" } AT 0m, 1m, 2m, 3m, 4m, 5m, 6m, 7m, 8m, 9m, 10m, 11m, 12m, 13m, 14m, 15m, 16m,',
      "      17m, 18m, 19m, 20m, 21m, 22m, 23m, 24m, 25m, 26m, 27m, 28m, 29m",
    ]);
  });

  it("keeps comments where they stood", () => {
    const text = corpus["comments"] ?? "";
    const printed = format(text).text;
    expect(printed).toContain("  WHERE amount > 1 -- not the small ones\n    -- nor those of tests\n    AND user");
    expect(printed).toContain("RULE commented -- the rule\n  -- where from\n  FROM payments\n");
    expect(printed).toContain("    a: 1, -- one\n    -- before b\n    b: 2\n    -- behind b\n  }");
  });

  it("of a file with errors is the file", () => {
    const text = "from a emit  lwo";
    const result = format(text);
    expect(result.text).toBe(text);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(["misspelt-keyword"]);
  });

  it("of a file nested to the limit is the file, where parentheses that help a reader would go beyond it", () => {
    const text = `FROM a WHERE ${"f(".repeat(200)}not a = b${")".repeat(200)} EMIT LOW`;
    expect(parse(text).diagnostics.map(({ code }) => code)).toEqual(["too-deep"]);
    const fits = `FROM a WHERE ${"f(".repeat(199)}not a = b${")".repeat(199)} EMIT LOW`;
    expect(format(fits)).toEqual({ text: fits, diagnostics: [] });
  });
});
