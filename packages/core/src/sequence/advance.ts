import type { Row } from "../row.ts";
import type { Run } from "./run.ts";
import type { Member, Step, Steps } from "./step.ts";

/** Whether the event being processed satisfies a member, for a run (`null`: none has begun). */
export type Accepts = (member: Member, run: Run | null) => boolean;

/** Where a run would take an event: a step, and which of its members. */
export interface Place {
  readonly step: number;
  readonly member: number;
}

/** What an event is to a run. */
export type Outcome = "stays" | "dies" | Place;

/** What the event is to the run; rule 2 of §9 of the language. */
export function outcome({ steps }: Steps, run: Run, accepts: Accepts): Outcome {
  const current = steps[run.step]!;
  const hasMinimum = run.taken >= current.min;
  if (hasMinimum) {
    if (guarded(steps, run, accepts)) return "dies";
    const place = entry(steps, run.step + 1, run, accepts);
    if (place !== null) return place;
  }
  if (run.taken < current.max) {
    const member = openMember(current, run, accepts);
    if (member !== -1) return { step: run.step, member };
  }
  return hasMinimum && steps[run.step + 1]?.next === true ? "dies" : "stays";
}

/** The first step from `from` on that accepts the event, optional ones passed over; also where a run begins. */
export function entry(steps: readonly Step[], from: number, run: Run | null, accepts: Accepts): Place | null {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i]!;
    const member = step.members.findIndex((m) => accepts(m, run));
    if (member !== -1) return { step: i, member };
    if (step.min > 0) return null;
  }
  return null;
}

/** Lets a run take the event. */
export function take({ steps }: Steps, run: Run, place: Place, row: Row, position: number): void {
  if (place.step !== run.step) {
    run.step = place.step;
    run.taken = 0;
    run.filled = 0n;
  }
  run.bind(steps[place.step]!.members[place.member]!.alias, row, position);
  run.filled |= 1n << BigInt(place.member);
}

/** Whether every step has its minimum. */
export function isComplete({ steps }: Steps, run: Run): boolean {
  if (run.taken < steps[run.step]!.min) return false;
  for (let i = run.step + 1; i < steps.length; i++) if (steps[i]!.min > 0) return false;
  return true;
}

/** Every NOT before the next step that must occur guards the gap that the run is in. */
function guarded(steps: readonly Step[], run: Run, accepts: Accepts): boolean {
  for (let i = run.step; i < steps.length; i++) {
    if (i > run.step && steps[i]!.min > 0) return false;
    if (steps[i]!.guards.some((guard) => accepts(guard, run))) return true;
  }
  return false;
}

/** The member of the current step that would take one more event; −1 where none would. */
function openMember(step: Step, run: Run, accepts: Accepts): number {
  return step.members.findIndex(
    (member, i) => (step.kind !== "all" || (run.filled & (1n << BigInt(i))) === 0n) && accepts(member, run),
  );
}
