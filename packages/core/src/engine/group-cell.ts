import type { Guard, Plain } from "../dispatch/guard.ts";
import { RuleSelection } from "../dispatch/rule-selection.ts";
import type { Row } from "../row.ts";
import type { StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import type { IntField, Records } from "../window/records.ts";
import type { Group } from "./group.ts";
import type { GroupResidence } from "./group-residence.ts";
import { GroupState, type StatefulGroup } from "./group-state.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { CellSlots } from "./cell-slots.ts";

/**
 * The rules of a group that see the same events, with the keys of these: all rules of a group, or those of a template that ask for the same constants.
 *
 * What is stored is stored by cell, under the same names whether cells are merged to a template or not: a rule that comes or goes leaves
 * the state of the others where it is.
 */
export class GroupCell implements StatefulGroup {
  /** Names the cell by its content, in snapshots. */
  readonly id: string;
  /** What the field that a template asks for may be; `null` of the only cell of a group. */
  readonly constants: readonly Plain[] | null;
  readonly group: Group;
  readonly runners: RuleRunner[] = [];
  /** What tells its keys from those of other cells. */
  readonly space: number;
  readonly slots: CellSlots;
  /** The keys as bytes. */
  readonly state: GroupState;
  /** Events that passed the filter and had no key, counted once for all rules. */
  readonly missed: { count: number } = { count: 0 };
  /** Where keys may leave memory. */
  residence: GroupResidence | null = null;
  /** What is kept of a key, in pieces. */
  sections: readonly StateSection[] = [];
  readOnlySections: readonly StateSection[] = [];
  /** Finds the rules whose condition an event may meet; `null`: all have to be asked. */
  selection: RuleSelection | null = null;
  /** Generated: runs all rules on an event that was added. */
  run: ((slot: number, row: Row) => void) | null = null;
  /** The text of what was generated for its rules, in pieces. */
  code: readonly string[] = [];

  constructor(id: string, constants: readonly Plain[] | null, group: Group, space: number) {
    this.id = id;
    this.constants = constants;
    this.group = group;
    this.space = space;
    this.slots = new CellSlots(group.slots, space);
    this.state = new GroupState(this);
  }

  get keySize(): number {
    return this.group.spec.keySize;
  }

  get records(): Records {
    return this.group.records;
  }

  get dirtyField(): IntField {
    return this.group.dirtyField;
  }

  notesChanges(): void {
    this.group.notesChanges = true;
  }

  /** A slot for a key that has none; −1 where it has one. */
  claim(key: readonly Value[]): number {
    return this.group.claim(this, key);
  }

  /** Finds rules by what they demand of an event, once all are in; `always` where some must be selected whatever their number. */
  select(guardsOf: (runner: RuleRunner) => readonly Guard[] | null, always: boolean): RuleSelection {
    const selection = new RuleSelection(this.runners.map(guardsOf));
    if (always || !selection.isTrivial) this.selection = selection;
    return selection;
  }
}
