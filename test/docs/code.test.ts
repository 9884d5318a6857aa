import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { blocksOf, root } from "./markdown-blocks.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Every TypeScript block of these pages is a program of its own; `//>` says what it prints, line by line. */
const programs = ["README.md", "docs/sdk.md"].flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === "ts")
    .map((block, i) => ({ ...block, at: `${page}:${block.line}`, name: `${page.replace(/\W/g, "-")}-${i}.ts` })),
);

let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "weir-test-")));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { name, text } of programs) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const base = JSON.parse(readFileSync(join(root, "tsconfig.base.json"), "utf8")) as {
    compilerOptions: Record<string, unknown>;
  };
  const compilerOptions = {
    ...base.compilerOptions,
    types: ["node"],
    customConditions: ["@weir/source"],
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("the programs of README.md and docs/sdk.md have no type errors", () => {
  const { status, stdout } = node([join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test.each(programs)("$at prints what it says", ({ name, text }) => {
  const { status, stdout, stderr } = node(["--conditions=@weir/source", join(folder, name)]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const said = [...text.matchAll(/\/\/> ?(.*)$/gm)].map(([, line]) => line);
  expect(stdout.split("\n").slice(0, -1)).toEqual(said);
  expect(said.length).toBeGreaterThan(0);
});

function node(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { FORCE_COLOR: _, ...env } = process.env;
  return spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });
}
