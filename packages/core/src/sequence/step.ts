import type { Evaluate } from "../evaluate.ts";
import type { PlanExpr } from "../plan.ts";

/** What one event must be to be taken: of one of these streams, and past this WHERE. */
export interface Member {
  readonly alias: string;
  readonly streams: readonly string[];
  readonly where: Evaluate | null;
  /** WHERE as the plan has it. */
  readonly condition: PlanExpr | null;
  /** Where it stands in the mask of an event; the members from the 31st on share the last bit. */
  readonly bit: number;
  /** Whether its bit says no more than "perhaps": WHERE reads what the run has bound, or the bit is shared. */
  readonly perhaps: boolean;
  /** Whether the events that it binds are asked for. */
  readonly keeps: boolean;
}

/** A step that must, or may, occur. */
export interface Step {
  readonly kind: "plain" | "all" | "any";
  /** One for a plain step. */
  readonly members: readonly Member[];
  readonly min: number;
  readonly max: number;
  /** Strict: its first event comes directly after the last one bound. */
  readonly next: boolean;
  /** The NOTs that guard the gap behind it: all before the next step that must occur. */
  readonly guards: readonly Member[];
}

export interface Steps {
  readonly steps: readonly Step[];
  /** Whether the sequence ends in NOT: it matches when its WITHIN runs out. */
  readonly absence: boolean;
  /** All members and NOTs. */
  readonly members: readonly Member[];
}

/** A bit for each of the first 30 members, one for all others: masks stay small integers. */
export const sharedBit = 30;

/** The bits of some members. */
export function bitsOf(members: readonly Member[]): number {
  return members.reduce((bits, member) => bits | member.bit, 0);
}

/** The members that a run may begin with: optional first steps may be passed over. */
export function firstMembers({ steps }: Steps): readonly Member[] {
  const required = steps.findIndex(({ min }) => min > 0);
  return steps.slice(0, required + 1).flatMap(({ members }) => members);
}
