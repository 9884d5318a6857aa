import { runSeed } from "./run-seed.ts";
import { acquireSteps, commitSteps } from "./scenario.ts";
import { Tally } from "./tally.ts";
import type { PlantedBug } from "./worker.ts";

/** Everything that must have happened at least once in a campaign: what never fires is not tested. */
export const faultKinds: readonly string[] = [
  "kill",
  ...[...commitSteps, ...acquireSteps].map((step) => `kill at step ${step}`),
  ...commitSteps.map((step) => `stop at step ${step}`),
  "zombie",
  "member expired",
  "rebalance",
  "worker joins",
  "worker leaves",
  "pause",
  "drain",
  "kafka down",
  "kafka request lost",
  "kafka reply lost",
  "kafka late",
  "concurrent transactions",
  "producer fenced",
  "open transaction aborted by a successor",
  "commit of a member of yesterday",
  "offset out of range",
  "redis down",
  "redis request lost",
  "redis reply lost",
  "redis late",
  "redis request duplicated",
  "store restart",
  "store restart with lost writes",
  "sink down",
  "slow sink",
  "registry down",
  "registry request lost",
  "registry reply lost",
  "schema waited for",
  "http down",
  "http request lost",
  "http reply lost",
  "endpoint fails",
  "endpoint refuses",
  "webhook sent again",
  "alert written to a sink again",
  "breaker open",
  "queue full",
  "keys left memory",
  "keys read back",
  "poison record",
  "dead-letter",
  "late",
  "state empty",
  "state kept",
  "state loaded",
  "state rebuilt",
  "state written later",
];

export interface CampaignResult {
  /** What went wrong, by seed, with the first violations of each. */
  readonly failures: readonly string[];
  readonly neverFired: readonly string[];
}

/** Runs the seeds from `from` on. */
export async function runCampaign(from: number, seeds: number): Promise<CampaignResult> {
  const tally = new Tally();
  const failures: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await runSeed(seed);
    tally.add(result.tally);
    if (result.violations.length > 0) failures.push(`seed ${seed}: ${result.violations.slice(0, 3).join("; ")}`);
  }
  return { failures, neverFired: faultKinds.filter((kind) => !tally.counts.has(kind)) };
}

/** The first of `seeds` seeds in which a planted bug shows, and how; `null` where none does. */
export async function findBug(bug: PlantedBug, seeds: number): Promise<string | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await runSeed(seed, { bug });
    if (violations.length > 0) return `seed ${seed}: ${violations[0]}`;
  }
  return null;
}
