import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compile } from "@weir/dsl";
import { expect, test, vi } from "vitest";
import { runWeir } from "../cli/run-weir.ts";

// It starts a process, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const root = resolve(import.meta.dirname, "../..");
const files = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".weir"),
);

test("the TEST blocks of the examples and of the docs hold, as `weir test` runs them", async () => {
  const { code, out, err } = await runWeir(["test", "examples/**/*.weir", "docs/**"], { cwd: root });
  expect(err).toBe("");
  expect(out).toMatch(/\n\d+ tests in \d+ files: \d+ passed\n$/);
  expect(code).toBe(0);
});

test.each(files)("%s expects an alert of each of its rules", (file) => {
  const { plan, tests } = compile(readFileSync(join(root, "examples", file), "utf8"));
  const expected = new Set(tests!.flatMap(({ expects }) => expects.map(({ rule }) => rule)));
  expect(plan!.rules.map(({ name }) => name).filter((name) => !expected.has(name))).toEqual([]);
});
