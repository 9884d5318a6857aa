import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A fenced block, with the name of a file if one stands before it: `rules.weir`: */
const block = /(?:^`([\w.-]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

/**
 * A page whose `console` blocks show what their commands print now.
 *
 * A block holds commands behind `$`, each with its output. A page with files (blocks below a line "`name`:") is followed from top to
 * bottom in a folder of its own, others in the repository. Of a replay the table of alerts is shown, since figures that differ from
 * run to run follow; an output that begins with `…` begins at the line that begins like its second one.
 */
export function withOutputs(page: string): string {
  const files = [...page.matchAll(block)].some(([, file]) => file !== undefined);
  const folder = files ? realpathSync(mkdtempSync(join(tmpdir(), "weir-docs-"))) : root;
  try {
    if (files) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return page.replace(block, (all: string, file: string | undefined, language: string, text: string) => {
      if (file !== undefined) writeFileSync(join(folder, file), text);
      if (language !== "console") return all;
      return `\`\`\`console\n${text
        .split(/^(?=\$ )/m)
        .map((part) => shown(part, folder))
        .join("\n")}\`\`\``;
    });
  } finally {
    if (files) rmSync(folder, { recursive: true });
  }
}

function shown(part: string, folder: string): string {
  const [line = "", ...before] = part.trimEnd().split("\n");
  const command = line.replace(/^\$ /, "");
  const output = run(command, folder).trimEnd().split("\n");
  const [mark = "", second = ""] = before;
  let lines = output;
  if (mark === "…") lines = [mark, ...output.slice(output.findIndex((each) => alike(each, second)))];
  else if (command.includes(" replay ")) lines = output.slice(0, output.indexOf(""));
  return `${[line, ...lines].join("\n")}\n`;
}

/** Whether two lines begin with the same two words. */
function alike(a: string, b: string): boolean {
  const words = (text: string): string => text.split(" ", 2).join(" ");
  return b !== "" && words(a) === words(b);
}

function run(command: string, folder: string): string {
  const { FORCE_COLOR: _, ...env } = process.env;
  const weir = join(root, "packages/cli/bin/weir.js");
  const words = command
    .replace(/^npx weir /, `${weir} `)
    .replace(/^node /, "")
    .split(" ");
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });
  // Tests that fail on purpose end with 1, and say so on standard output.
  if (stderr !== "" || (status !== 0 && status !== 1)) {
    throw new Error(`\`${command}\` ended with ${status}: ${stderr}`);
  }
  return stdout;
}
