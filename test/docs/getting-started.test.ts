import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "./markdown-blocks.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** The page from top to bottom: a file whose name stands before its block, or a command with what it prints. */
type Step = { readonly file: string; readonly text: string } | { readonly command: string; readonly output: string };

const page = readFileSync(join(root, "docs/getting-started.md"), "utf8");
const steps = [...page.matchAll(/(?:^`([\w.]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, file, language, text = ""]): Step => {
    if (language !== "console") return { file: file ?? "", text };
    const [command = "", ...output] = text.split("\n");
    return { command: command.replace(/^\$ /, ""), output: output.join("\n").trimEnd() };
  },
);

let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "weir-test-")));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("what Getting started says can be done, from top to bottom", () => {
  const commands = steps.filter((step) => "command" in step);
  expect(commands.length).toBeGreaterThan(6);
  for (const step of steps) {
    if ("file" in step) {
      expect(step.file).not.toBe("");
      writeFileSync(join(folder, step.file), step.text);
      continue;
    }
    const { stdout, stderr } = run(step.command);
    expect({ command: step.command, stderr }).toEqual({ command: step.command, stderr: "" });
    const { output } = step;
    // `…` stands for what comes before; below the table of alerts stand figures that differ from run to run.
    if (output.startsWith("…\n")) expect(stdout).toContain(output.slice(2));
    else expect(stdout.slice(0, output.length)).toBe(output);
  }
});

function run(command: string): { stdout: string; stderr: string } {
  const { FORCE_COLOR: _, ...env } = process.env;
  const words = command
    .replace(/^npx weir /, `${join(root, "packages/cli/bin/weir.js")} `)
    .replace(/^node /, "")
    .split(" ");
  return spawnSync(process.execPath, ["--conditions=@weir/source", ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });
}
