import { parseArgs } from "node:util";
import { faultKinds, findBug } from "./campaign.ts";
import { plantedBugs, rareBugs } from "./planted-bugs.ts";
import { runSeed } from "./run-seed.ts";
import { Tally } from "./tally.ts";

const usage = `Runs the pipeline between fakes of its services, with faults that a seed decides.

  npm run simulate:faults -- --seed 42              one seed, with a line for everything that happens
  npm run simulate:faults -- --seeds 5000           many; --from 2001 begins there
  npm run simulate:faults -- --bugs --seeds 500     how soon each planted bug is found
`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    bugs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) print(usage);
else if (values.seed !== undefined) await replay(whole(values.seed));
else if (values.bugs) await findBugs(whole(values.seeds));
else await campaign(whole(values.from), whole(values.seeds));

async function replay(seed: number): Promise<void> {
  const result = await runSeed(seed, { trace: true });
  const { inputs, ...scenario } = result.scenario;
  print(`${JSON.stringify({ ...scenario, inputs: inputs.length })}\n`);
  for (const line of result.trace) print(`${line}\n`);
  report(seed, result.violations);
}

async function campaign(from: number, seeds: number): Promise<void> {
  const tally = new Tally();
  let steps = 0;
  const cpu = process.cpuUsage();
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await runSeed(seed);
    tally.add(result.tally);
    steps += result.steps;
    report(seed, result.violations);
  }
  const { user, system } = process.cpuUsage(cpu);
  for (const [kind, n] of [...tally.counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    print(`${String(n).padStart(8)} ${kind}\n`);
  }
  for (const kind of faultKinds) if (!tally.counts.has(kind)) print(`   never ${kind}\n`);
  print(`${seeds} seeds, ${steps} steps, ${((user + system) / 1000 / seeds).toFixed(1)} ms of CPU time a seed\n`);
}

async function findBugs(seeds: number): Promise<void> {
  for (const bug of [...plantedBugs, ...rareBugs]) {
    print(`${bug.name}: ${(await findBug(bug, seeds)) ?? `not found in ${seeds} seeds`}\n`);
  }
}

function report(seed: number, violations: readonly string[]): void {
  if (violations.length === 0) return;
  process.exitCode = 1;
  print(`seed ${seed}:\n${violations.map((violation) => `  ${violation}\n`).join("")}`);
}

function whole(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 0) throw new Error(`\`${text}\` is no whole number`);
  return n;
}

function print(text: string): void {
  process.stdout.write(text);
}
