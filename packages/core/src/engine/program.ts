import type { RuleOwner } from "../shard/rule-owners.ts";
import type { Value, ValueObject } from "../value.ts";
import type { PlannedCell } from "./cell-plan.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** The rules of a plan made ready to run. */
export interface Program {
  readonly groups: readonly Group[];
  /** Of all groups. */
  readonly cells: readonly GroupCell[];
  /** In the order of the plan. */
  readonly runners: readonly RuleRunner[];
  readonly cellOf: ReadonlyMap<RuleRunner, GroupCell>;
  /** Streams that rules write with INTO. */
  readonly derived: ReadonlySet<string>;
  /** By the names of cells: what they were made from. */
  readonly made: ReadonlyMap<string, MadeCell>;
}

/** A cell and what it was made from. */
export interface MadeCell {
  readonly plan: PlannedCell;
  readonly cell: GroupCell;
  /** The template that it is of. */
  readonly template: string | null;
}

/** What a shard has of the rules. */
export interface RuleShare {
  readonly index: number;
  readonly count: number;
  readonly owners: readonly RuleOwner[];
}

/** What expressions reach outside the event and its key. */
export interface Host {
  row(table: string, key: Value): ValueObject | null;
  call(name: string): ((...args: Value[]) => Value) | null;
}

/** The text of what was generated, in pieces. */
export function codeOf({ groups }: Program): readonly string[] {
  return groups.flatMap((group) => [...group.code, ...group.cells.flatMap(({ code }) => code)]);
}
