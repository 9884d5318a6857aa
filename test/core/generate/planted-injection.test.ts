import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hostile, runFile } from "./fuzz-generator.ts";
import { hostileFiles } from "./hostile-rules.ts";

/** How texts are quoted as code in this file: wrongly, so that it shows whether the search for injections finds any. */
const quoting = vi.hoisted(() => ({ of: (text: string): string => JSON.stringify(text) }));

vi.mock(import("../../../packages/core/src/generate/source.ts"), async (original) => ({
  ...(await original()),
  quoted: (text: string) => quoting.of(text),
}));

/** How many of so many files run text of theirs. */
function runningFiles(files: number): number {
  let running = 0;
  for (const { kind, given } of fc.sample(hostile, { numRuns: files, seed: 7 })) {
    try {
      if ((runFile(hostileFiles[kind]!(given), "generated")?.ran ?? 0) > 0) running++;
    } catch {
      // Most of what is not quoted is no code at all.
    }
  }
  return running;
}

describe("a generator that quotes wrongly is found out", () => {
  afterEach(() => {
    quoting.of = (text) => JSON.stringify(text);
  });

  it.each<readonly [string, (text: string) => string]>([
    ["texts between quotes, as they are", (text) => `"${text}"`],
    ["quotes with a backslash, backslashes as they are", (text) => `"${text.replaceAll('"', '\\"')}"`],
    ["quotes that are doubled", (text) => `"${text.replaceAll('"', '""')}"`],
    ["texts between back-ticks", (text) => `\`${text}\``],
  ])("%s", (_, wrong) => {
    quoting.of = wrong;
    expect(runningFiles(400)).toBeGreaterThan(0);
  });

  it("and one that quotes as it should is not", () => {
    expect(runningFiles(400)).toBe(0);
  });
});
