import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** docs/pictures/replay.svg: a terminal in which an example is replayed and tested, from what the command prints. */
export function replayPicture(): string {
  const replay = "npx weir replay examples/ssh/ssh.weir examples/ssh/auth.ndjson";
  const test = "npx weir test examples/ssh/ssh.weir";
  // Behind the table come figures that differ from run to run.
  const table = output(replay).split("\n\n", 1)[0] ?? "";
  return terminal([`$ ${replay}`, ...table.split("\n"), "", `$ ${test}`, ...output(test).trimEnd().split("\n")]);
}

function output(command: string): string {
  const { FORCE_COLOR: _, ...env } = process.env;
  const args = [resolve(root, "packages/cli/bin/weir.js"), ...command.split(" ").slice(2)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
  });
  if (status !== 0) throw new Error(`\`${command}\` ended with ${status}: ${stderr}`);
  return stdout;
}

const columnWidth = 7.23;
const lineHeight = 18;
const margin = 16;
const barHeight = 28;

const colors: readonly (readonly [pattern: RegExp, color: string])[] = [
  [/^\$ .*/, "#ffffff"],
  [/^TIME .*/, "#8b949e"],
  [/ CRITICAL /, "#ff7bff"],
  [/ HIGH /, "#ff7b72"],
  [/ MEDIUM /, "#e3b341"],
  [/✓/, "#56d364"],
  [/\d+ passed$/, "#56d364"],
];

function terminal(lines: readonly string[]): string {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * columnWidth) + 2 * margin;
  const height = barHeight + lines.length * lineHeight + 2 * margin;
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
    (color, i) => `<circle cx="${20 + 18 * i}" cy="${barHeight / 2}" r="5.5" fill="${color}"/>`,
  );
  const texts = lines.map((line, i) => {
    const y = barHeight + margin + i * lineHeight + 13;
    return `<text x="${margin}" y="${y}" xml:space="preserve">${painted(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal: weir replays log-ins and prints three alerts">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<rect width="${width}" height="${barHeight}" rx="8" fill="#21262d"/>
${dots.join("\n")}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="#c9d1d9">
${texts.join("\n")}
</g>
</svg>
`;
}

/** The line with the first thing in it that has a colour. */
function painted(line: string): string {
  for (const [pattern, color] of colors) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const before = line.slice(0, found.index);
    const behind = line.slice(found.index + found[0].length);
    return `${escaped(before)}<tspan fill="${color}">${escaped(found[0])}</tspan>${escaped(behind)}`;
  }
  return escaped(line);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
