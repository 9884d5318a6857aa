import type { HeldRules } from "../dispatch/held-rules.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { StateSection } from "../snapshot/section.ts";
import type { RecentTimes } from "../window/recent-times.ts";
import type { GroupWindow } from "./group-window.ts";
import { hash128 } from "./hash.ts";
import { heldSection } from "./held-section.ts";
import type { KeyHistory } from "./key-history.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** What can be written of a key, and read. */
interface SavedPart {
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
}

/** What a group keeps of its keys. */
interface KeptParts {
  readonly windows: readonly GroupWindow[];
  readonly history: KeyHistory;
  readonly runners: readonly RuleRunner[];
  readonly times: RecentTimes | null;
}

/** And what only the group itself can tell. */
interface OwnParts {
  readonly key: SavedPart;
  readonly ties: SavedPart;
  readonly held: HeldRules | null;
  readonly holdsNoWindows: boolean;
}

/** The pieces of a key's state in the order in which they are loaded, and those that are only read where they were stored. */
export function groupSections(
  { windows: groupWindows, history, runners, times }: KeptParts,
  { key, ties, held, holdsNoWindows }: OwnParts,
): { readonly sections: readonly StateSection[]; readonly readOnly: readonly StateSection[] } {
  const windows = groupWindows.flatMap((window) => window.sections());
  const each = runners.map((runner) => section(`rule ${runner.output.stateId}`, runner));
  const together = [heldSection(runners, (slot) => held?.at(slot) ?? [])];
  // With another number of rules it may have been stored the other way.
  const rules = held === null ? each : together;
  return {
    sections: [
      section("key", key),
      ...history.sections(),
      ...(times === null ? [] : [section("recent times", times)]),
      ...windows,
      ...rules,
      section(`ties ${hash128(JSON.stringify(windows.map(({ id }) => id)))}`, ties),
    ],
    readOnly: held === null ? (holdsNoWindows ? together : []) : each,
  };
}

function section(id: string, part: SavedPart): StateSection {
  return { id, save: (slot, out) => part.save(slot, out), load: (slot, input) => part.load(slot, input) };
}
