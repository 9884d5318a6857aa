import { compile } from "@weir/dsl";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown-blocks.ts";

/** Sequences of the right-hand columns, as `SEQUENCE a: A THEN …`. */
const sequences = readFileSync(join(root, "docs/comparison.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .flatMap((line) => [...(line.split(" | ").at(-1) ?? "").matchAll(/`((?:BY \S+ )?SEQUENCE [^`]+)`/g)])
  .map(([, text = ""]) => text);

test.each(sequences)("%s is a sequence", (text) => {
  const within = text.includes("WITHIN") ? "" : " WITHIN 1h";
  const whole = text.replaceAll("WHERE …", "WHERE x = 1").replaceAll("WITHIN …", "WITHIN 10m");
  expect(compile(`${whole}${within} EMIT LOW`).diagnostics).toEqual([]);
});

test("there are sequences to compare", () => {
  expect(sequences.length).toBeGreaterThan(6);
});
