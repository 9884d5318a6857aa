import { join } from "node:path";
import { Report } from "./report.ts";

/** What a file `bench/<name>.bench.ts` exports: it measures, and puts its figures into the report. */
interface Bench {
  run(report: Report): void | Promise<void>;
}

// Runs one benchmark in a process of its own, and tells the process that started it what it says.
const [, , name] = process.argv;
if (name === undefined || process.send === undefined) throw new Error("`npm run bench` runs this");
const bench = (await import(join(import.meta.dirname, "..", `${name}.bench.ts`))) as Bench;
await bench.run(new Report((entry) => process.send?.(entry)));
process.disconnect();
