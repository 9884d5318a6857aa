import type { HeldRules } from "../dispatch/held-rules.ts";
import { type SavedPart, sectionOf, type StateSection } from "../snapshot/section.ts";
import type { RecentTimes } from "../window/recent-times.ts";
import type { GroupWindow } from "./group-window.ts";
import { hash128 } from "./hash.ts";
import { heldSection } from "./held-section.ts";
import type { KeyHistory } from "./key-history.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** What a group keeps of its keys. */
interface KeptParts {
  readonly windows: readonly GroupWindow[];
  readonly history: KeyHistory;
  readonly runners: readonly RuleRunner[];
  readonly times: RecentTimes | null;
}

/** And what only the group itself can tell. */
interface OwnParts {
  /** Its newest time. */
  readonly key: SavedPart;
  readonly rows: SavedPart;
  readonly ties: SavedPart;
  readonly held: HeldRules | null;
  readonly holdsNoWindows: boolean;
}

const sparse = { sparse: true } as const;

/** The pieces of a key's state in the order in which they are loaded, and those that are only read where they were stored. */
export function groupSections(
  { windows: groupWindows, history, runners, times }: KeptParts,
  { key, rows, ties, held, holdsNoWindows }: OwnParts,
): { readonly sections: readonly StateSection[]; readonly readOnly: readonly StateSection[] } {
  const windows = groupWindows.flatMap((window) => window.sections());
  const each = runners.map((runner) => sectionOf(`rule ${runner.output.stateId}`, runner, sparse));
  const together = [heldSection(runners, (slot) => held?.at(slot) ?? [])];
  // With another number of rules it may have been stored the other way.
  const rules = held === null ? each : together;
  return {
    sections: [
      sectionOf("key", key),
      sectionOf("rows", rows, sparse),
      ...history.sections(),
      ...(times === null ? [] : [sectionOf("recent times", times)]),
      ...windows,
      ...rules,
      sectionOf(`ties ${hash128(JSON.stringify(windows.map(({ id }) => id)))}`, ties, sparse),
    ],
    readOnly: held === null ? (holdsNoWindows ? together : []) : each,
  };
}
