import { stripVTControlCharacters } from "node:util";
import { failureTexts } from "./failure-text.ts";
import type { SourceRun, TimedResult } from "./run-sources.ts";

/** The runs as JUnit XML, which CI servers read: a suite per file, a case per TEST, an error where rules do not compile. */
export function junitXml(runs: readonly SourceRun[]): string {
  const files = Map.groupBy(runs, ({ source }) => source.file);
  const suites = [...files].map(([file, ofFile]) => suite(file, ofFile));
  const results = runs.flatMap((run) => run.results);
  const errors = runs.filter(({ ok }) => !ok).length;
  const totals = attributes({
    name: "weir test",
    tests: results.length + errors,
    failures: results.filter(({ passed }) => !passed).length,
    errors,
    time: seconds(results),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals}>\n${suites.join("")}</testsuites>\n`;
}

function suite(file: string, runs: readonly SourceRun[]): string {
  const results = runs.flatMap((run) => run.results);
  const broken = runs.filter(({ ok }) => !ok);
  const head = attributes({
    name: file,
    tests: results.length + broken.length,
    failures: results.filter(({ passed }) => !passed).length,
    errors: broken.length,
    time: seconds(results),
  });
  return `  <testsuite${head}>\n${broken.map(brokenCase).join("")}${results.map((result) => testCase(file, result)).join("")}  </testsuite>\n`;
}

function brokenCase({ source, diagnostics }: SourceRun): string {
  const errors = diagnostics.filter(({ diagnostic }) => diagnostic.level === "error");
  const lines = errors.map(({ file, diagnostic: d }) => `${file}:${d.line}:${d.column}: ${d.message}`);
  return `    <testcase${attributes({ classname: source.file, name: "the rules compile", file: source.file })}>\n${outcome("error", lines)}    </testcase>\n`;
}

function testCase(file: string, result: TimedResult): string {
  const { test, passed } = result;
  const head = attributes({ classname: file, name: test.title, file, line: test.line, time: seconds([result]) });
  if (passed) return `    <testcase${head}/>\n`;
  return `    <testcase${head}>\n${outcome(
    "failure",
    failureTexts(result, (_, text) => text),
  )}    </testcase>\n`;
}

function outcome(kind: "failure" | "error", lines: readonly string[]): string {
  return `      <${kind}${attributes({ message: lines[0] ?? "", type: kind })}>${escaped(lines.join("\n"))}</${kind}>\n`;
}

function seconds(results: readonly TimedResult[]): string {
  return (results.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => ` ${name}="${escaped(String(value)).replaceAll(/[\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`)}"`,
    )
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 has no way to write most control characters, half surrogates, U+FFFE and U+FFFF: they become U+FFFD. */
function escaped(text: string): string {
  return (
    stripVTControlCharacters(text)
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- control characters are what it is about
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replaceAll(/[&<>"']/g, (character) => entities[character]!)
  );
}
