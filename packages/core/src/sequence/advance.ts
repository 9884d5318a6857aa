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
    if (current.guards.some((guard) => accepts(guard, run))) return "dies";
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
    const { members, min } = steps[i]!;
    for (let member = 0; member < members.length; member++) {
      if (accepts(members[member]!, run)) return { step: i, member };
    }
    if (min > 0) return null;
  }
  return null;
}

/** Lets a run bind the event by itself. */
export function take({ steps }: Steps, run: Run, place: Place, row: Row, position: number): void {
  if (place.step !== run.step) run.enter(place.step);
  const step = steps[place.step]!;
  const { alias, keeps } = step.members[place.member]!;
  run.bind(alias, row, position, keeps);
  if (step.kind === "all") run.filled |= 1n << BigInt(place.member);
}

/** Whether every step has its minimum. */
export function isComplete({ steps }: Steps, run: Run): boolean {
  if (run.taken < steps[run.step]!.min) return false;
  for (let i = run.step + 1; i < steps.length; i++) if (steps[i]!.min > 0) return false;
  return true;
}

/** The member of the current step that would take one more event; −1 where none would. */
function openMember(step: Step, run: Run, accepts: Accepts): number {
  return step.members.findIndex(
    (member, i) => (step.kind !== "all" || (run.filled & (1n << BigInt(i))) === 0n) && accepts(member, run),
  );
}
