import { writeFileSync } from "node:fs";

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped
 */

/**
 * A vitest reporter that writes a `Tally` of the run to the file that `WEIR_TALLY` names. Vitest's own JSON report
 * holds neither the reason of a skip nor the errors outside of tests.
 */
export default class TallyReporter {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} errors those outside of any module
   */
  onTestRunEnd(modules, errors) {
    /** @type {Tally} */
    const tally = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") tally.passed += 1;
        else if (result.state === "skipped") {
          const reason = result.note ?? (test.options.mode === "todo" ? "not written yet" : "no reason given");
          tally.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
        } else tally.failed += 1;
      }
      // A file that does not load, or whose hooks fail, has errors of its own.
      tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
    }
    const file = process.env["WEIR_TALLY"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
  }
}
