import type { HeldRules } from "../dispatch/held-rules.ts";
import { type SavedPart, sectionOf, type StateSection } from "../snapshot/section.ts";
import type { EventRing } from "../window/event-ring.ts";
import type { RecentTimes } from "../window/recent-times.ts";
import type { GroupWindow } from "./group-window.ts";
import { heldSection } from "./held-section.ts";
import type { KeyHistory } from "./key-history.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** What a group keeps of its keys. */
interface KeptParts {
  readonly windows: readonly GroupWindow[];
  readonly history: KeyHistory;
  readonly times: RecentTimes | null;
  readonly ring: EventRing | null;
}

/** And what only the group itself can tell. */
interface OwnParts {
  /** Its newest time. */
  readonly key: SavedPart;
  readonly rows: SavedPart;
  readonly held: HeldRules | null;
  readonly holdsNoWindows: boolean;
}

const sparse = { sparse: true } as const;

/** Pieces of a key's state. */
interface KeySections {
  /** In the order in which they are loaded. */
  readonly sections: readonly StateSection[];
  /** Those that are only read where they were stored. */
  readonly readOnly: readonly StateSection[];
}

/** Gives the pieces of the state of keys that some rules of the group see: all of them, or those of a cell. */
export function groupSections(
  { windows: groupWindows, history, times, ring }: KeptParts,
  { key, rows, held, holdsNoWindows }: OwnParts,
): (runners: readonly RuleRunner[]) => KeySections {
  const windows = groupWindows.flatMap((window) => window.sections());
  const before = [
    sectionOf("key", key),
    sectionOf("rows", rows, sparse),
    ...history.sections(),
    ...(times === null ? [] : [sectionOf("recent times", times)]),
    ...(ring?.sections() ?? []).map((section) => ({ ...section, id: `ring ${section.id}` })),
    ...windows,
  ];
  return (runners) => {
    const each = runners.map((runner) => sectionOf(`rule ${runner.output.stateId}`, runner, sparse));
    const together = held === null && !holdsNoWindows ? [] : [heldSection(runners, (slot) => held?.at(slot) ?? [])];
    // With another number of rules it may have been stored the other way.
    const [rules, readOnly] = held === null ? [each, together] : [together, each];
    return { sections: [...before, ...rules], readOnly };
  };
}
