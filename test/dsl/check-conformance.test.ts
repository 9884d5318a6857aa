import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { loadCases } from "../conformance/cases.ts";

const cases = loadCases();

describe.skipIf(cases === null)(
  "the worked cases of the language (skipped: they are kept beside the repository)",
  () => {
    const errorsOf = (rules: string): readonly string[] =>
      compile(rules).diagnostics.flatMap(({ level, code, message }) =>
        level === "error" ? `${code}: ${message}` : [],
      );

    it.each((cases ?? []).filter(({ error }) => error === true))("refused: $name", ({ rules }) => {
      expect(errorsOf(rules)).not.toEqual([]);
    });

    it.each((cases ?? []).filter(({ error }) => error !== true))("compiles: $name", ({ rules }) => {
      expect(errorsOf(rules)).toEqual([]);
    });
  },
);
