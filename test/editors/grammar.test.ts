import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { tokenizeLine } from "@weir/dsl";
import { loadCases } from "../conformance/cases.ts";
import { corpus } from "../dsl/corpus.ts";

const grammarPath = join(import.meta.dirname, "../../editors/vscode/syntaxes/weir.tmLanguage.json");

let grammar: textmate.IGrammar;

beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarPath, "utf8"), grammarPath),
  });
  grammar = (await registry.loadGrammar("source.weir"))!;
});

interface Coloured {
  readonly text: string;
  /** The innermost scope, without the name of the language. */
  readonly scope: string;
}

function colour(text: string): readonly (readonly Coloured[])[] {
  let state = textmate.INITIAL;
  return text.split(/\r\n|\n|\r/).map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      scope: (scopes.at(-1) ?? "").replace(/\.weir$/, ""),
    }));
  });
}

/** The scope of the first piece of a text that reads so. */
function scopeOf(text: string, piece: string): string | undefined {
  return colour(text)
    .flat()
    .find((token) => token.text.trim() === piece)?.scope;
}

/** Scopes that go with what the lexer says of a token. */
const FITTING = {
  comment: /^comment/,
  keyword: /^(?:keyword|constant\.language|storage\.type)/,
  name: /^(?:variable|entity\.name)/,
  function: /^(?:support\.function|keyword\.other)/,
  string: /^string/,
  number: /^constant\.numeric/,
  operator: /^(?:keyword\.operator|punctuation|source$|source)/,
} as const;

const texts = [
  ...Object.entries(corpus),
  ...(loadCases() ?? []).filter(({ error }) => error !== true).map(({ name, rules }) => [name, rules] as const),
];

describe("the grammar of the extension", () => {
  test("takes every text apart as the lexer does", () => {
    const wrong: string[] = [];
    for (const [name, text] of texts) {
      let state: "code" | "comment" = "code";
      for (const [i, coloured] of colour(text).entries()) {
        const line = text.split(/\r\n|\n|\r/)[i] ?? "";
        const lexed = tokenizeLine(line, state);
        state = lexed.state;
        for (const { start, type } of lexed.tokens) {
          if (type === "text") continue;
          let at = 0;
          const token = coloured.find((one) => (at += one.text.length) > start);
          const scope = token?.scope ?? "";
          const word = /^\w+/.exec(line.slice(start))?.[0] ?? "";
          // A reserved word is a name behind a dot and before a colon, which the lexer does not look at.
          const isName = type === "keyword" && scope.startsWith("variable") && isNamePlace(line, start, word);
          if (isName || FITTING[type].test(scope)) continue;
          wrong.push(`${name}: ${line.slice(start, start + 20)} (${type}) is ${scope}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ["RULE burst FROM a EMIT LOW", "burst", "entity.name.function.rule"],
    ["RULE burst FROM a EMIT LOW", "FROM", "keyword.control"],
    ["from a emit low", "from", "keyword.control"],
    ["STREAM s { a: NUMBER }", "s", "entity.name.type.stream"],
    ["STREAM s { a: NUMBER }", "a", "variable.other.property"],
    ["STREAM s { a: NUMBER }", "NUMBER", "storage.type"],
    ["FROM a WHERE last > 3 EMIT LOW", "last", "variable.other"],
    ["FROM a WHERE x.from = 1 EMIT LOW", "from", "variable.other.property"],
    ["FROM a WHERE stream = 1 EMIT LOW", "stream", "variable.other"],
    ["WITHIN 1h30m COUNT() > 5 EMIT HIGH", "1h30m", "constant.numeric.duration"],
    ["WITHIN 10s COUNT(user) > 5 EMIT HIGH", "COUNT", "support.function.aggregate"],
    ["WITHIN 10s COUNT(user) > 5 EMIT HIGH", "HIGH", "constant.language.severity"],
    ["FROM a WHERE LOWER(x) = 'a' EMIT LOW", "LOWER", "support.function"],
    ['FROM a EMIT HIGH "paid by {user}"', "user", "variable.other"],
    ['FROM a EMIT HIGH "{{not}} {SUM(x)}"', "{{", "constant.character.escape.brace"],
    ['FROM a EMIT HIGH "{{not}} {SUM(x)}"', "SUM", "support.function.aggregate"],
    ['FROM a WHERE s MATCHES "a{3,}" EMIT LOW', '"', "string.quoted.double"],
    ["FROM a WHERE `from` = 1 EMIT LOW", "`from`", "variable.other.quoted"],
    ["-- FROM a", "-- FROM a", "comment.line.double-dash"],
    ['FROM a WHERE s = "\\q" EMIT LOW', "\\q", "invalid.illegal.escape"],
  ])("%s: %s is %s", (text, piece, scope) => {
    expect(scopeOf(text, piece)).toBe(scope);
  });

  test("a string that is not closed ends with its line", () => {
    expect(colour('FROM a EMIT HIGH "oh {x\nFROM b')[1]?.[0]).toEqual({ text: "FROM", scope: "keyword.control" });
  });

  test("a block comment goes over lines", () => {
    expect(colour("/* a\nFROM */ FROM").flat().at(-1)).toEqual({ text: "FROM", scope: "keyword.control" });
  });
});

function isNamePlace(line: string, start: number, word: string): boolean {
  return /\.\s*$/.test(line.slice(0, start)) || /^\s*\??\s*:/.test(line.slice(start + word.length));
}
