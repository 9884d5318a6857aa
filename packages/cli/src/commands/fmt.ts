import { writeFile } from "node:fs/promises";
import { format } from "@weir/dsl";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { printDiagnostics } from "../rules/print-diagnostics.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import type { Console } from "../terminal/console.ts";

export interface FmtOptions {
  readonly check?: boolean;
}

/** Formats rule files in place; standard input (`-`) to standard output. A file with errors stays as it is. */
export async function fmt(paths: readonly string[], options: FmtOptions, console: Console): Promise<ExitCode> {
  const files = await readRuleFiles(paths);
  let unformatted = 0;
  let broken = 0;
  for (const [i, file] of files.entries()) {
    const { text, diagnostics } = format(file.text);
    const errors = diagnostics.filter((diagnostic) => diagnostic.level === "error");
    if (errors.length > 0) {
      broken++;
      printDiagnostics(
        errors.map((diagnostic) => ({ file: file.name, diagnostic })),
        [file],
        console.err,
      );
      continue;
    }
    const changes = text !== file.text;
    if (changes) unformatted++;
    if (options.check === true) {
      if (changes) console.out.write(`${file.name}\n`);
    } else if (paths[i] === "-") console.out.write(text);
    else if (changes) {
      await writeFile(paths[i]!, text);
      console.out.write(`${file.name}\n`);
    }
  }
  if (broken > 0) {
    console.complain(`${broken === 1 ? "1 file has" : `${broken} files have`} errors and was left as it is`);
    return exitCode.usage;
  }
  if (options.check !== true || unformatted === 0) return exitCode.ok;
  console.complain(
    `${unformatted === 1 ? "1 file is" : `${unformatted} files are`} not formatted`,
    "`weir fmt` formats",
  );
  return exitCode.failed;
}
