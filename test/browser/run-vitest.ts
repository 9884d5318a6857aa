import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startVitest } from "vitest/node";

/** Runs a test file with Vitest, from a folder that sees the packages of this repository. */
export async function runVitest(text: string): Promise<{ readonly passed: number; readonly failed: number }> {
  const folder = mkdtempSync(join(import.meta.dirname, ".exported-"));
  try {
    writeFileSync(join(folder, "exported.test.ts"), text);
    const conditions = ["@weir/source", "node", "import", "module", "default"];
    const vitest = await startVitest(
      [],
      {
        root: folder,
        config: false,
        watch: false,
        reporters: [{}],
      },
      { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } },
    );
    const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
    await vitest.close();
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    return { passed: count("passed"), failed: count("failed") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
