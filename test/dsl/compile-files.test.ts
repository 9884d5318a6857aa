import { compileFiles, type FileDiagnostic } from "@weir/dsl";
import { expect, it } from "vitest";

const codes = (diagnostics: readonly FileDiagnostic[]): readonly string[] =>
  diagnostics.map(({ file, diagnostic }) => `${file}:${diagnostic.line} ${diagnostic.code}`);

it("rules of several files are one plan, in the order of the files", () => {
  const { plan, tests } = compileFiles([
    { name: "a.weir", text: 'PARAM limit = 5 RULE one FROM s WHERE x > limit EMIT LOW TEST "t" { EXPECT one }' },
    { name: "b.weir", text: 'RULE two FROM s WHERE x < limit EMIT LOW TEST "u" { EXPECT two }' },
  ]);
  expect(plan?.rules.map(({ name }) => name)).toEqual(["one", "two"]);
  expect(tests?.map(({ title, file, rules }) => [title, file, rules])).toEqual([
    ["t", "a.weir", ["one"]],
    ["u", "b.weir", ["two"]],
  ]);
});

it("diagnostics say in which file they are", () => {
  const { ok, diagnostics } = compileFiles([
    { name: "a.weir", text: "FROM s WHERE COUNT() > 1 EMIT LOW" },
    { name: "b.weir", text: "\nRULE r FROM s WHERE NOPE(x) EMIT LOW" },
  ]);
  expect(ok).toBe(false);
  expect(codes(diagnostics)).toEqual(["a.weir:1 aggregate-not-here", "b.weir:2 unknown-function"]);
});

it("rules without a name in two files clash, and are told to take one", () => {
  const { diagnostics } = compileFiles([
    { name: "a.weir", text: "FROM s EMIT LOW" },
    { name: "b.weir", text: "FROM s EMIT LOW" },
  ]);
  expect(codes(diagnostics)).toEqual(["b.weir:1 duplicate-rule"]);
  expect(diagnostics[0]?.diagnostic.message).toBe("there is a rule `rule_1` already in a.weir");
  expect(diagnostics[0]?.diagnostic.hint).toContain("name the rules with RULE");
});

it("the same declaration may stand in several files, a different one of its name may not", () => {
  const stream = "STREAM s { x: NUMBER } TIME ts";
  const same = compileFiles([
    { name: "a.weir", text: `${stream} RULE a FROM s EMIT LOW` },
    { name: "b.weir", text: `-- shared\n${stream} RULE b FROM s EMIT LOW` },
  ]);
  expect(same.plan?.streams.length).toBe(1);
  const other = compileFiles([
    { name: "a.weir", text: stream },
    { name: "b.weir", text: "STREAM s { x: STRING } TIME ts" },
  ]);
  expect(codes(other.diagnostics)).toEqual(["b.weir:1 duplicate-name"]);
});

it("a TEST speaks of the rules of its own file", () => {
  const { diagnostics } = compileFiles([
    { name: "a.weir", text: "RULE one FROM s EMIT LOW" },
    { name: "b.weir", text: 'RULE two FROM s EMIT LOW TEST "t" { EXPECT one }' },
  ]);
  expect(codes(diagnostics)).toEqual(["b.weir:1 unknown-rule"]);
});
