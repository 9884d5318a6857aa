import { runTest } from "@weir/core";
import { compile, format } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { blocksOf, pages } from "./markdown-blocks.ts";

for (const page of pages()) {
  const blocks = blocksOf(page).filter(({ language }) => language === "weir");
  if (blocks.length === 0) continue;
  describe(page, () => {
    test.each(blocks.map((block) => ({ ...block, at: `line ${block.line}` })))(
      "$at compiles, is formatted, and its TESTs hold",
      ({ text }) => {
        const compiled = compile(text);
        expect(compiled.diagnostics.filter(({ code }) => code !== "unbounded-state")).toEqual([]);
        expect(format(text).text).toBe(text);
        for (const block of compiled.tests ?? []) {
          const { passed, missing, unexpected, alerts } = runTest(compiled.plan!, block);
          expect({
            test: block.title,
            passed,
            missing,
            unexpected: passed ? [] : unexpected,
            alerts: passed ? [] : alerts,
          }).toEqual({
            test: block.title,
            passed: true,
            missing: [],
            unexpected: [],
            alerts: [],
          });
        }
      },
    );
  });
}
