import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { withOutputs } from "../../scripts/docs/console-blocks.ts";
import { blocksOf, pages, root } from "./markdown-blocks.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const withCommands = pages().filter((page) => blocksOf(page).some(({ language }) => language === "console"));

test.each(withCommands)("%s shows what its commands print", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  expect(withOutputs(text)).toBe(text);
});

test("pages show what commands print", () => {
  expect(withCommands).toContain("docs/getting-started.md");
  expect(withCommands.length).toBeGreaterThan(5);
});
