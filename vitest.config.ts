import { defineConfig } from "vitest/config";
import { servicesFile } from "./scripts/services/paths.mjs";

if (Number.parseInt(process.versions.node, 10) < 22) {
  process.stderr.write(
    `the tests need Node.js 22.18 or newer and this is ${process.version}: run \`npm test\`, which uses the Node.js of this repository\n`,
  );
  process.exit(1);
}

// The private condition makes `@weir/core` mean packages/core/src: tests need no build.
// (Not among them: `import`. Node would take it for what is required too.)
const conditions = ["@weir/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      {
        extends: true,
        // Property tests run for long on a busy machine; what hangs is still ended.
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/services/**"],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        // Where no code may be generated an engine chooses closures by itself: what runs engines is run so too.
        test: {
          name: "interpreted",
          include: [
            "test/core/{dispatch,engine,rule-tests,sequence}/**/*.test.ts",
            "test/oracle/{engine-equals-oracle,sequences,ties}.test.ts",
            "test/conformance/**/*.test.ts",
            "test/examples/**/*.test.ts",
          ],
          // It names the modes that it runs.
          exclude: ["test/conformance/engine.test.ts"],
          pool: "forks",
          execArgv: ["--disallow-code-generation-from-strings"],
          setupFiles: ["test/refuses-code.ts"],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "services",
          include: ["test/services/**/*.test.ts"],
          env: { WEIR_SERVICES: servicesFile },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      reporter: ["text-summary", "html"],
    },
  },
});
