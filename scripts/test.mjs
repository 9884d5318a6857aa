// Runs the tests and ends with one line that sums up every run: `N passed, M failed, K skipped`.
//
//   npm test                        everything
//   npm test -- sequence            the files whose path contains `sequence`
//   npm run test:browser            the browser tests alone
//   npm run test:services           those against real servers, which `npm run services up` starts
//
// A skipped test is printed with its reason. With CI=true a skip counts as a failure of the run.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runTool } from "./tool.mjs";

/** @typedef {import("./tally-reporter.mjs").Tally} Tally */

const args = process.argv.slice(2);
const onlyProject = args[0] === "--project" ? args.splice(0, 2)[1] : undefined;
const chromium = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "weir-test-"));

/** What keeps a core busy gets all of them; the others wait for servers, or measure what a page takes. */
const parallel = new Set(["node", "interpreted"]);
let failedOutside = 0;
/** @type {Tally[]} */
const tallies = [];

try {
  // Tests of the command run what is built; all others run the sources.
  if (runTool("typescript", "bin/tsc", ["-b"]) !== 0) {
    console.error("the build has errors: tests of built files may tell of an older state\n");
    failedOutside += 1;
  }
  for (const project of ["node", "interpreted", "services", "browser"]) {
    if (onlyProject === undefined || onlyProject === project) tallies.push(runProject(project));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, failedOutside);
const skipped = tallies.flatMap((tally) => tally.skipped);
const nothingRan = passed + failed + skipped.length === 0;
const skipsFail = process.env["CI"] === "true" && skipped.length > 0;

printSkipped(skipped);
if (nothingRan) console.error(`no test matches ${args.join(" ")}`);
if (skipsFail) console.error("CI=true: a run with skipped tests counts as failed");
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 || nothingRan || skipsFail ? 1 : 0;

/**
 * @param {string} project
 * @returns {Tally}
 */
function runProject(project) {
  if (project === "browser") {
    if (!existsSync(chromium)) return skipBrowserTests();
    buildSite();
  }
  const file = join(folder, `${project}.json`);
  const code = runTool(
    "vitest",
    "vitest.mjs",
    [
      "run",
      "--project",
      project,
      "--passWithNoTests",
      ...(parallel.has(project) ? ["--maxWorkers=100%"] : []),
      "--reporter=default",
      "--reporter=./scripts/tally-reporter.mjs",
      ...args,
    ],
    { env: { WEIR_TALLY: file, CHROMIUM_PATH: chromium } },
  );
  const tally = readTally(file);
  // Vitest knows failures that belong to no test, such as a coverage threshold.
  if (code !== 0 && tally.failed === 0) {
    console.error(`vitest ended with ${code} in project ${project}`);
    return { ...tally, failed: 1 };
  }
  return tally;
}

/** Browser tests look at the playground as it is delivered. */
function buildSite() {
  const args = ["run", "build", "--filter=@weir/playground", "--output-logs=errors-only"];
  const env = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
  if (runTool("turbo", "bin/turbo", args, { env }) === 0) return;
  console.error("the playground cannot be built: its tests tell of an older state, or fail\n");
  failedOutside += 1;
}

/** @returns {Tally} */
function skipBrowserTests() {
  const file = join(folder, "browser-list.json");
  const code = runTool("vitest", "vitest.mjs", ["list", "--project", "browser", `--json=${file}`, ...args], {
    stdio: "ignore",
  });
  /** @type {{ name: string, file: string }[]} */
  const tests = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  if (code !== 0 && tests.length === 0) tests.push({ name: "all of them", file: join(root, "test/browser") });
  const reason = `no Chromium at ${chromium}: install it or name one in CHROMIUM_PATH`;
  return {
    passed: 0,
    failed: 0,
    skipped: tests.map((test) => ({ name: `${test.file.slice(root.length)} > ${test.name}`, reason })),
  };
}

/**
 * @param {string} file
 * @returns {Tally}
 */
function readTally(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0, skipped: [] };
}

/** @param {Tally["skipped"]} tests */
function printSkipped(tests) {
  const shownPerReason = 20;
  for (const reason of new Set(tests.map((test) => test.reason))) {
    const names = tests.filter((test) => test.reason === reason).map((test) => test.name);
    console.log(`skipped (${reason}):`);
    for (const name of names.slice(0, shownPerReason)) console.log(`  ${name}`);
    if (names.length > shownPerReason) console.log(`  … and ${names.length - shownPerReason} more`);
  }
}
