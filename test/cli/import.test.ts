import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const sigma = `title: Failed logon
name: failed_logon
logsource: { product: linux, service: sshd }
detection:
    selection: { outcome: failure }
    condition: selection
---
title: Guessing
level: high
correlation:
    type: event_count
    rules: [failed_logon]
    group-by: [user]
    timespan: 1m
    condition: { gte: 2 }
`;

test("import sigma writes rules that replay runs", async () => {
  const cwd = folderOf({
    "rules.yml": sigma,
    "linux_sshd.ndjson": [0, 60_000].map((ts) => JSON.stringify({ ts, user: "ann", outcome: "Failure" })).join("\n"),
  });
  const { code, out, err } = await runWeir(["import", "sigma", "rules.yml"], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const rules = folderOf({ "r.weir": out });
  const replay = await runWeir(["replay", `${rules}/r.weir`, "linux_sshd.ndjson", "--json"], { cwd });
  expect(jsonLines(replay.out)).toMatchObject([
    { rule: "guessing", severity: "HIGH", at: 60_000, key: { user: "ann" } },
  ]);
});

test("import sigma takes several files, whose correlations refer to one another's rules", async () => {
  const [failed = "", guessing = ""] = sigma.split("---\n");
  const cwd = folderOf({ "a.yml": guessing, "b.yml": failed, "c.yml": "title: Odd\ncorrelation:\n  type: none\n" });
  const { code, out, err } = await runWeir(["import", "sigma", "a.yml", "b.yml", "c.yml"], { cwd });
  expect({ code, err }).toEqual({
    code: 2,
    err: "c.yml:3: not imported: the correlation type `none` has no equivalent\n",
  });
  expect(out).toContain("-- Guessing (a.yml, line 1)\nRULE guessing");
  expect(out).toContain("-- Odd (c.yml, line 1)\n-- not imported, line 3: ");
});

test("import eql names the rule for its file, and reads standard input", async () => {
  const cwd = folderOf({ "odd-child.eql": 'process where process.name : "CMD*"' });
  const file = await runWeir(["import", "eql", "odd-child.eql", "--severity", "LOW"], { cwd });
  expect(file.code).toBe(0);
  expect(file.out).toContain('RULE odd_child "odd-child"\n');
  expect(file.out).toContain("EMIT LOW");
  const stdin = await runWeir(["import", "eql", "-", "--stream", "events"], { input: "any where true" });
  expect(stdin.out).toContain("FROM events");
});

test("import eql reads the query of a detection rule in TOML, with its name, severity and lines", async () => {
  const rule = [
    "[metadata]",
    "[[transform.osquery]]",
    'query = """',
    "SELECT 1",
    '"""',
    "[rule]",
    'name = "Odd \\"child\\""',
    'severity = "high"',
    "query = '''",
    'process where process.name : "CMD*" and',
    '  process.args == """a\\b""" and indexOf(x, "y") == 1',
    "'''",
    "[[rule.threat]]",
  ];
  const bad = await runWeir(["import", "eql", "-"], { input: rule.join("\n") });
  expect(bad).toMatchObject({ code: 2, err: "<stdin>:11: not imported: the function `indexOf` has no equivalent\n" });
  const good = await runWeir(["import", "eql", "-"], {
    input: rule.join("\n").replace(' and indexOf(x, "y") == 1', ""),
  });
  expect(good).toMatchObject({ code: 0, err: "" });
  expect(good.out).toContain('RULE odd_child "Odd \\"child\\""');
  expect(good.out).toContain("EMIT HIGH");
  expect(good.out).toContain('process.args CONTAINS r"a\\b"');
});

test("what has no equivalent is on standard error and in comments, and ends with 2", async () => {
  const cwd = folderOf({ "q.eql": "process where true\n| tail 5", "bad.yml": "a: [", "empty.yml": "" });
  const { code, out, err } = await runWeir(["import", "eql", "q.eql"], { cwd });
  expect(code).toBe(2);
  expect(err).toContain("q.eql:2: not imported: the pipe `| tail`");
  expect(out).toContain("-- not imported, line 2: ");
  const bad = await runWeir(["import", "sigma", "bad.yml"], { cwd });
  expect(bad).toMatchObject({ code: 2, out: "" });
  expect(bad.err).toContain("bad.yml:1: this is no YAML");
  expect(await runWeir(["import", "sigma", "empty.yml"], { cwd })).toMatchObject({ code: 2 });
  expect(await runWeir(["import", "sigma", "none.yml"], { cwd })).toMatchObject({ code: 2 });
  expect(await runWeir(["import", "snort", "x"], { cwd })).toMatchObject({ code: 2 });
});

test("the page on imports shows what the command writes", async () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/import.md"), "utf8");
  const block = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;
  const outputs = [...page.matchAll(/```weir\n([\s\S]*?)```/g)].map(([, text]) => text);
  const cwd = folderOf({ "rules.yml": block("yaml"), "dropped_and_run.eql": block("eql") });
  expect((await runWeir(["import", "sigma", "rules.yml"], { cwd })).out).toBe(outputs[0]);
  expect((await runWeir(["import", "eql", "dropped_and_run.eql"], { cwd })).out).toBe(outputs[1]);
});
