import { readdirSync } from "node:fs";
import { Report } from "./harness/report.ts";

/** What a file `bench/<name>.bench.ts` exports: it measures, and puts its figures into the report. */
interface Bench {
  run(report: Report): void | Promise<void>;
}

// `npm run bench` runs all of them, `npm run bench -- replay` those whose name contains `replay`; `--keep` keeps the figures.
const keep = process.argv.includes("--keep");
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();

if (names.length === 0) {
  console.error(`no benchmark matches ${wanted.join(" ")}`);
  process.exitCode = 1;
} else {
  const report = new Report();
  for (const name of names) {
    report.begin(name.replace(/\.bench\.ts$/, ""));
    const bench = (await import(`./${name}`)) as Bench;
    await bench.run(report);
  }
  report.finish(keep);
}
