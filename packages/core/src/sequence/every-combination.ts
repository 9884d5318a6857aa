import type { Row } from "../row.ts";
import { type Accepts, isComplete, outcome, take } from "./advance.ts";
import type { Lane } from "./lane.ts";
import type { Run } from "./run.ts";
import type { Steps } from "./step.ts";

/**
 * MATCH ALL: a run that takes an event also stays as it was, but for one that waits at THEN NEXT.
 *
 * Gives the runs that the event completed, in the order of their starts, and how many were not made because `limit` of the key live.
 */
export function offerToEveryCombination(
  steps: Steps,
  accepts: Accepts,
  lane: Lane,
  limit: number,
  row: Row,
  position: number,
): { readonly completed: readonly Run[]; readonly limited: number } {
  const live: Run[] = [];
  const completed: Run[] = [];
  const made: Run[] = [];
  let room = limit - lane.size;
  let limited = 0;
  for (const run of lane) {
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
  lane.clear();
  for (const run of [...live, ...made].sort((a, b) => a.began - b.began)) lane.push(run);
  return { completed, limited };
}

function waitsForNext({ steps }: Steps, run: Run): boolean {
  return run.taken >= steps[run.step]!.min && steps[run.step + 1]?.next === true;
}
