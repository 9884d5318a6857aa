import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { root } from "./markdown-blocks.ts";

const sections = readFileSync(join(root, "docs/recipes.md"), "utf8").split(/^## /m).slice(1);

test("there are twenty-five recipes, in order", () => {
  expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
});

describe("a recipe says why, how to tune it, and tests what fires and what does not", () => {
  test.each(sections.map((section) => [section.split("\n", 1)[0]!, section] as const))("%s", (_, section) => {
    expect(section).toContain("\n**Why.** ");
    expect(section).toContain("\n**Tuning.** ");
    const [, text = ""] = /```weir\n([\s\S]*?)```/.exec(section) ?? [];
    const { plan, tests = [] } = compile(text);
    const fires = new Set(tests.flatMap(({ expects }) => expects.map(({ rule }) => rule)));
    expect(plan!.rules.map(({ name }) => name).filter((name) => !fires.has(name))).toEqual([]);
    // What must not fire: a test that expects nothing, or not of every rule.
    const quiet = tests.filter(({ expects }) => new Set(expects.map(({ rule }) => rule)).size < plan!.rules.length);
    expect(quiet.length).toBeGreaterThan(0);
  });
});
