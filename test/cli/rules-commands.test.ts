import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const formatted = "RULE r BY user WITHIN 10s WHEN COUNT() > 5 EMIT HIGH\n";
const untidy = "rule r by user within 10s when count()>5 emit high";

test("check says ok, or what is wrong with a frame of the rule, and ends with 0 or 2", async () => {
  const cwd = folderOf({ "good.weir": formatted, "bad.weir": "RULE r WITHIN 10s WHEN COUNT() > 5 EMIT HIG\n" });
  const good = await runWeir(["check", "good.weir"], { cwd });
  expect(good).toEqual({ code: 0, out: "good.weir: ok\n", err: "" });
  const bad = await runWeir(["check", "bad.weir"], { cwd });
  expect(bad.code).toBe(2);
  expect(bad.out).toContain("  bad.weir:1:");
  expect(bad.out).toContain("^^^");
  expect(bad.out).toContain("bad.weir: 1 error\n");
});

test("check --json prints one diagnostic per line", async () => {
  const cwd = folderOf({ "bad.weir": "STREAM s { a: NUMBER }\nRULE r FROM s WHEN b > 1 AND c > 1 EMIT HIGH\n" });
  const { code, out } = await runWeir(["check", "bad.weir", "--json"], { cwd });
  expect(code).toBe(2);
  const diagnostics = jsonLines(out).filter((diagnostic) => diagnostic["level"] === "error");
  expect(diagnostics).toMatchObject([
    { file: "bad.weir", code: "unknown-field", line: 2, column: 20 },
    { file: "bad.weir", code: "unknown-field", line: 2, column: 30 },
  ]);
});

test("a rule with 10,000 nested parentheses is an error, not a crash", async () => {
  const cwd = folderOf({ "deep.weir": `RULE r WHEN ${"(".repeat(10_000)}1${")".repeat(10_000)} > 0 EMIT LOW` });
  const { code, out, err } = await runWeir(["check", "deep.weir"], { cwd });
  expect(code).toBe(2);
  expect(out).toContain("deep.weir:1:");
  expect(err).toBe("");
});

test("fmt formats files in place and names those it changed", async () => {
  const cwd = folderOf({ "a.weir": formatted, "b.weir": untidy });
  const check = await runWeir(["fmt", "--check", "a.weir", "b.weir"], { cwd });
  expect(check).toMatchObject({ code: 1, out: "b.weir\n" });
  expect(readFileSync(join(cwd, "b.weir"), "utf8")).toBe(untidy);

  expect(await runWeir(["fmt", "a.weir", "b.weir"], { cwd })).toEqual({ code: 0, out: "b.weir\n", err: "" });
  expect(readFileSync(join(cwd, "b.weir"), "utf8")).toBe(formatted);
  expect(await runWeir(["fmt", "--check", "a.weir", "b.weir"], { cwd })).toEqual({ code: 0, out: "", err: "" });
});

test("fmt formats standard input, and leaves a file with errors as it is", async () => {
  const cwd = folderOf({ "bad.weir": "RULE r WHEN (1 > EMIT HIGH" });
  expect(await runWeir(["fmt", "-"], { cwd, input: untidy })).toEqual({ code: 0, out: formatted, err: "" });
  const bad = await runWeir(["fmt", "bad.weir"], { cwd });
  expect(bad).toMatchObject({ code: 2, out: "" });
  expect(bad.err).toContain("bad.weir:1:");
  expect(readFileSync(join(cwd, "bad.weir"), "utf8")).toBe("RULE r WHEN (1 > EMIT HIGH");
});

test("explain prints a tree, with --json the Plan, with --code what is generated", async () => {
  const cwd = folderOf({ "r.weir": formatted });
  const tree = await runWeir(["explain", "r.weir"], { cwd });
  expect(tree.code).toBe(0);
  expect(tree.out).toContain("└─ group: r");
  expect(tree.out).toContain("key: user");
  const code = await runWeir(["explain", "r.weir", "--code"], { cwd });
  expect(code.code).toBe(0);
  expect(code.out).toMatch(/^\/\/ ---- piece 1\n"use strict";/);
  expect(code.out).toContain("function match(row) {");
  const json = await runWeir(["explain", "r.weir", "--json"], { cwd });
  expect(JSON.parse(json.out)).toMatchObject({ version: 1, rules: [{ name: "r" }] });
});

test("help and version are for asking; no command is bad usage", async () => {
  const help = await runWeir(["--help"]);
  expect(help).toMatchObject({ code: 0, err: "" });
  for (const name of ["replay", "check", "fmt", "test", "explain", "simulate"]) {
    expect(help.out).toContain(`  ${name} `);
    const own = await runWeir([name, "--help"]);
    expect(own).toMatchObject({ code: 0, err: "" });
    expect(own.out).toContain(`Usage: weir ${name}`);
  }
  expect(await runWeir(["--version"])).toEqual({ code: 0, out: "0.1.0\n", err: "" });
  expect((await runWeir([])).code).toBe(2);
});
