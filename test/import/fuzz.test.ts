import { compile, importEql, importSigma, type SourceNode } from "@weir/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readYaml, YamlError } from "../../packages/cli/src/import/read-yaml.ts";

const query = `sequence by host.id, ?user.id with maxspan=5m
  [process where process.name : ("cmd.exe", "power*") and not startsWith~(process.args, "-enc")] by process.pid with runs=2
  ![network where cidrMatch(destination.ip, "10.0.0.0/8") or destination.port in (80, 443)] by process.pid
  [file where file.path regex~ "c:.*[0-9]{2}" and length(file.name) + 1 > 5] by file.pid // written
until [process where event.type == "stop" /* over */] by process.pid`;

const yaml = `title: Failed
name: failed
logsource: &source { product: windows, service: security }
detection:
    selection: { EventID: 4625, User|contains|all: [a, 'b*'], Ip|cidr: 10.0.0.0/8 }
    filter_x: { Name|re: '^a.*$' }
    condition: selection and not 1 of filter_*
---
title: Many
name: many
correlation: { type: event_count, rules: [failed], group-by: [User], timespan: 5m, condition: { gte: 3 } }
---
title: Then
correlation:
    type: temporal_ordered
    rules: [many, failed]
    group-by: [who]
    aliases: { who: { many: User, failed: Other.User } }
    timespan: 1h
`;

/** Mutations of a text: parts cut out, doubled, or replaced by others of it or by symbols. */
const mutated = (text: string): fc.Arbitrary<string> => {
  const tokens = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
  const symbols = [
    "(",
    ")",
    "[",
    "]",
    "![",
    '"',
    "'",
    "`",
    "*",
    "{",
    "}",
    ":",
    "|",
    "\\",
    "\u0000",
    "&a",
    "*a",
    "-",
    "9".repeat(30),
  ];
  const change = fc.record({
    at: fc.nat(tokens.length - 1),
    length: fc.nat(6),
    put: fc.array(fc.oneof(fc.constantFrom(...symbols), fc.constantFrom(...tokens), fc.string({ maxLength: 4 })), {
      maxLength: 4,
    }),
  });
  return fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
    const parts = [...tokens];
    for (const { at, length, put } of changes) parts.splice(at % (parts.length + 1), length, ...put);
    return parts.join("");
  });
};

test("any text is imported as EQL, or refused at a line of it", () => {
  fc.assert(
    fc.property(fc.oneof(mutated(query), fc.string()), (text) => {
      const { text: out, findings, rules } = importEql(text, { name: text.slice(0, 20) });
      const lines = text.split("\n").length;
      expect(findings.every(({ line }) => line >= 1 && line <= lines)).toBe(true);
      expect(rules.length === 1).toBe(findings.every(({ level }) => level === "note"));
      expect(compile(out).ok).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test("any text is imported as Sigma, or refused at a line of it", () => {
  fc.assert(
    fc.property(mutated(yaml), (text) => {
      let documents: readonly SourceNode[];
      try {
        documents = readYaml(text);
      } catch (error) {
        expect(error).toBeInstanceOf(YamlError);
        return;
      }
      const { text: out, findings } = importSigma(documents);
      const lines = text.split("\n").length;
      expect(findings.every(({ line }) => line >= 1 && line <= lines)).toBe(true);
      expect(compile(out).ok).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test("any tree of plain data is imported as Sigma, or refused", () => {
  const keys = [
    "title",
    "name",
    "id",
    "level",
    "logsource",
    "product",
    "detection",
    "selection",
    "condition",
    "correlation",
    "type",
    "rules",
    "group-by",
    "timespan",
    "aliases",
    "gte",
    "field",
    "a|re|i",
    "b|cidr",
    "|all",
    "",
    "__proto__",
    "constructor",
  ];
  const values = [
    "event_count",
    "temporal",
    "temporal_ordered",
    "5m",
    "selection",
    "1 of them",
    "not selection",
    "x",
    "*",
    "a`b",
    "\n",
    "__proto__",
  ];
  const { tree } = fc.letrec<{ tree: SourceNode }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      fc
        .oneof(fc.constantFrom(...values), fc.integer(), fc.boolean(), fc.constant(null), fc.string())
        .map((value) => ({ kind: "scalar" as const, line: 1, value })),
      fc.array(tie("tree"), { maxLength: 3 }).map((items) => ({ kind: "list" as const, line: 1, items })),
      fc
        .array(fc.record({ key: fc.constantFrom(...keys), line: fc.constant(1), value: tie("tree") }), { maxLength: 6 })
        .map((entries) => ({ kind: "map" as const, line: 1, entries })),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 4 }), (documents) => {
      expect(compile(importSigma(documents).text).ok).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("texts that grow, nest or repeat beyond bounds are refused, not worked on for long", () => {
  const deep = `${"(".repeat(5000)}1${")".repeat(5000)}`;
  expect(importEql(`process where ${deep} == 1`).findings[0]!.message).toContain("nesting");
  expect(importEql(`process where ${"not ".repeat(5000)}a`).rules).toEqual([]);
  expect(importEql(`process where ${"-".repeat(5000)}1 == 1`).rules).toEqual([]);
  expect(importEql(`process where a == "${"x".repeat(200_000)}"`).findings[0]!.message).toContain("128 KiB");
  expect(importEql(`sequence ${"[a where true]".repeat(101)}`).findings[0]!.message).toContain("more than 100 events");
  expect(importEql(`process where a in (${"1,".repeat(12_000)}1)`).rules).toEqual([]);

  const rule = (condition: string, selection = "a"): string =>
    `title: t\nlogsource: { product: x }\ndetection:\n  s: { A: ${selection} }\n  condition: ${condition}`;
  expect(importSigma(readYaml(rule(`s${" and s".repeat(20_000)}`, "x".repeat(1000)))).findings[0]!.message).toContain(
    "1 MiB",
  );
  expect(importSigma(readYaml(rule(`${"not ".repeat(5000)}s`))).findings[0]!.message).toContain("nesting");
  expect(importSigma(readYaml(rule(`1 of ${"*a".repeat(5000)}`))).findings[0]!.message).toContain(
    "no search identifier",
  );
  expect(() => readYaml(`a: ${"[".repeat(200)}${"]".repeat(200)}`)).toThrow(YamlError);
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 9; n++) bomb.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(10)}x]`);
  expect(() => readYaml(bomb.join("\n"))).toThrow("more than 200000 nodes");
  expect(() => readYaml("a: &a [*a]")).toThrow(YamlError);
});
