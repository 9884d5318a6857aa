import type { Row } from "../row.ts";
import { type Accepts, isComplete, outcome, take } from "./advance.ts";
import type { Run } from "./run.ts";
import type { RunStore } from "./run-store.ts";
import type { Steps } from "./step.ts";

/**
 * MATCH ALL: a run that takes an event also stays as it was, but for one that waits at THEN NEXT.
 *
 * All runs stand at step 0 of the store. Gives the runs that the event completed, in the order of their starts, and how many were not made because `limit` of the key live.
 */
export function offerToEveryCombination(
  steps: Steps,
  accepts: Accepts,
  runs: RunStore,
  slot: number,
  limit: number,
  row: Row,
  position: number,
): { readonly completed: readonly Run[]; readonly limited: number } {
  const live: Run[] = [];
  const completed: Run[] = [];
  const made: Run[] = [];
  const before = runs.at(0, slot);
  let room = limit - before.length;
  let limited = 0;
  for (const run of before) {
    const what = outcome(steps, run, accepts);
    if (what === "dies") {
      room++;
      continue;
    }
    if (what === "stays") {
      live.push(run);
      continue;
    }
    const stays = !waitsForNext(steps, run);
    if (stays) live.push(run);
    else room++;
    const advanced = stays ? run.clone() : run;
    take(steps, advanced, what, row, position);
    if (!steps.absence && isComplete(steps, advanced)) completed.push(advanced);
    else if (room > 0) {
      room--;
      made.push(advanced);
    } else limited++;
  }
  // By start, then in the order in which they were made.
  runs.retain(0, slot, () => false);
  for (const run of [...live, ...made].sort((a, b) => a.began - b.began)) runs.add(0, slot, run);
  return { completed, limited };
}

function waitsForNext({ steps }: Steps, run: Run): boolean {
  return run.taken >= steps[run.step]!.min && steps[run.step + 1]?.next === true;
}
