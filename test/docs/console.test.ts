import { expect, test, vi } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { blocksOf, pages, root } from "./markdown-blocks.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

/** Blocks marked `console`: commands behind `$`, each with the output that it begins with. */
// Getting started makes its files as it goes, and has a test of its own.
const shown = pages()
  .filter((page) => page !== "docs/getting-started.md")
  .flatMap((page) =>
    blocksOf(page)
      .filter(({ language }) => language === "console")
      .flatMap(({ text, line }) =>
        text
          .split(/^\$ /m)
          .slice(1)
          .map((part) => {
            const [command = "", ...output] = part.split("\n");
            return { at: `${page}:${line}`, command, output: output.join("\n").trimEnd() };
          }),
      ),
  );

test.each(shown)("$at: $command", async ({ command, output }) => {
  const [npx, weir, ...args] = command.split(" ");
  expect([npx, weir]).toEqual(["npx", "weir"]);
  const { code, out, err } = await runWeir(args, { cwd: root });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.startsWith(output)).toBe(true);
  expect(output).not.toBe("");
});

test("pages show what commands print", () => {
  expect(shown.length).toBeGreaterThanOrEqual(4);
});
