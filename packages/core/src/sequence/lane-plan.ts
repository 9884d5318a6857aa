import type { Place } from "./advance.ts";
import { bitsOf, type Member, type Step, type Steps } from "./step.ts";

/** What can happen to the runs at one step, worked out ahead of all events. */
export interface LanePlan {
  readonly step: Step;
  /** NOTs that end a run with the minimum. */
  readonly guardBits: number;
  /** Where a run with the minimum goes on to, in the order in which they are tried. */
  readonly entries: readonly { readonly member: Member; readonly place: Place }[];
  readonly entryBits: number;
  /**
   * How the step takes more events: not at all; the same for all runs, so that they share them; or each run by itself, where a WHERE
   * reads what the run has bound, or members are filled.
   */
  readonly takes: "none" | "shared" | "each";
  readonly takeBits: number;
  /** Whether a run with the minimum waits for the very next event. */
  readonly strict: boolean;
  /** Whether a run that is here with the minimum is complete. */
  readonly completes: boolean;
  /** An event without these bits is nothing to the runs here, unless they are strict. */
  readonly interest: number;
  /** Bits of what is tested run by run. */
  readonly perhapsBits: number;
}

export function planLanes({ steps, absence, members }: Steps): readonly LanePlan[] {
  const required = steps.findLastIndex(({ min }) => min > 0);
  const perhapsBits = bitsOf(members.filter(({ perhaps }) => perhaps));
  return steps.map((step, index) => {
    const entries = entriesBehind(steps, index);
    const guardBits = bitsOf(step.guards);
    const entryBits = bitsOf(entries.map(({ member }) => member));
    const takes =
      step.kind === "all"
        ? "each"
        : step.max === 1
          ? "none"
          : step.members.some(({ perhaps }) => perhaps)
            ? "each"
            : "shared";
    const takeBits = takes === "none" ? 0 : bitsOf(step.members);
    return {
      step,
      guardBits,
      entries,
      entryBits,
      takes,
      takeBits,
      strict: steps[index + 1]?.next === true,
      completes: !absence && index >= required,
      interest: guardBits | entryBits | takeBits,
      perhapsBits,
    };
  });
}

function entriesBehind(steps: readonly Step[], index: number): LanePlan["entries"] {
  const entries: { member: Member; place: Place }[] = [];
  for (let i = index + 1; i < steps.length; i++) {
    const { members, min } = steps[i]!;
    members.forEach((member, m) => entries.push({ member, place: { step: i, member: m } }));
    if (min > 0) break;
  }
  return entries;
}
