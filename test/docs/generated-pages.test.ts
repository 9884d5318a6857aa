import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { aggregateRecords, functionRecords } from "@weir/core";
import { type DiagnosticCode, diagnosticCodes } from "@weir/dsl";
import { expect, test } from "vitest";
import { diagnosticExamples } from "../../scripts/docs/diagnostic-examples.ts";
import { exampleOf } from "../../scripts/docs/diagnostics-page.ts";
import { generatedPages } from "../../scripts/docs/pages.ts";

const root = resolve(import.meta.dirname, "../..");

test.each(Object.entries(generatedPages))("%s is what `npm run docs` writes", (path, page) => {
  expect(readFileSync(resolve(root, path), "utf8")).toBe(page());
});

test("every diagnostic code has an example that gives it", () => {
  const codes = Object.keys(diagnosticCodes) as DiagnosticCode[];
  expect(Object.keys(diagnosticExamples).toSorted()).toEqual(codes.toSorted());
  expect(codes.filter((code) => exampleOf(code) === undefined)).toEqual(["not-yet"]);
});

test("the reference has a section for every function and aggregate", () => {
  const page = readFileSync(resolve(root, "docs/reference.md"), "utf8");
  for (const { name, signature } of [...aggregateRecords, ...functionRecords]) {
    expect(page).toContain(`### ${name}\n\n\`${signature}\``);
  }
});
