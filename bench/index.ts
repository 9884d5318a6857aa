import { readdirSync } from "node:fs";

/** What a file `bench/<name>.bench.ts` exports: it measures and prints its own table. */
interface Bench {
  run(): void | Promise<void>;
}

// `npm run bench` runs all of them, `npm run bench -- replay` those whose name contains `replay`.
const wanted = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();

if (names.length === 0) {
  console.error(`no benchmark matches ${wanted.join(" ")}`);
  process.exitCode = 1;
}
for (const name of names) {
  console.log(`\n${name}`);
  const bench = (await import(`./${name}`)) as Bench;
  await bench.run();
}
