import { type FailureLine, failureLines, type TestResult } from "@weir/core";
import { type Paint, printable, type Style } from "../terminal/style.ts";

const styles: Readonly<Record<FailureLine["kind"], Style | null>> = {
  said: null,
  why: null,
  event: "dim",
  met: "green",
  missing: "red",
  unexpected: "yellow",
};

/** The lines that show a failed test, as a terminal may show them. */
export function failureTexts(result: TestResult, paint: Paint): readonly string[] {
  return failureLines(result).map(({ kind, text }) => {
    const style = styles[kind];
    return style === null ? printable(text) : paint(style, printable(text));
  });
}
