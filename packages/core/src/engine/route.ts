import { GuardIndex } from "../dispatch/guard-index.ts";
import type { Row } from "../row.ts";
import type { Group } from "./group.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** The groups that see the events of a stream, and their rules in the order of the file. */
export class Route {
  readonly groups: readonly Group[];
  /** The one group that there is, where no index is asked about it. */
  readonly #only: Group | null;
  /** Finds the groups whose filter an event may pass. */
  readonly #index: GuardIndex;
  readonly #matched: Group[] = [];
  #slots = new Int32Array(4);
  readonly #due: { runner: RuleRunner; group: Group; slot: number }[] = [];

  constructor(groups: readonly Group[], indexed: boolean) {
    this.groups = groups;
    this.#index = new GuardIndex(groups.map((group) => (indexed ? group.guard : null)));
    this.#only = groups.length === 1 && this.#index.isTrivial ? groups[0]! : null;
  }

  /** Every group takes the event in; then the rules of those that match go on from it. */
  process(row: Row): void {
    const only = this.#only;
    if (only !== null) {
      const slot = only.match(row);
      if (slot === -1) return;
      only.add(slot, row);
      only.runRules(slot, row);
      return;
    }
    const matched = this.#match(row);
    if (matched === 0) return;
    const first = this.#matched[0]!;
    if (matched === 1) first.runRules(this.#slots[0]!, row);
    else this.#runInOrder(matched, row);
  }

  #match(row: Row): number {
    const groups = this.groups;
    let matched = 0;
    if (this.#index.isTrivial) {
      for (let i = 0; i < groups.length; i++) matched = this.#tryGroup(groups[i]!, row, matched);
      return matched;
    }
    const count = this.#index.find(row.data);
    for (let i = 0; i < count; i++) matched = this.#tryGroup(groups[this.#index.at(i)]!, row, matched);
    return matched;
  }

  #tryGroup(group: Group, row: Row, matched: number): number {
    const slot = group.match(row);
    if (slot === -1) return matched;
    group.add(slot, row);
    if (matched === this.#slots.length) {
      const slots = new Int32Array(2 * matched);
      slots.set(this.#slots);
      this.#slots = slots;
    }
    this.#slots[matched] = slot;
    this.#matched[matched] = group;
    return matched + 1;
  }

  /** The rules of several groups, by their place in the file. */
  #runInOrder(matched: number, row: Row): void {
    const due = this.#due;
    due.length = 0;
    for (let i = 0; i < matched; i++) {
      const group = this.#matched[i]!;
      const slot = this.#slots[i]!;
      group.eachRule(slot, row, (runner) => due.push({ runner, group, slot }));
    }
    due.sort((a, b) => a.runner.position.index - b.runner.position.index);
    for (const { runner, group, slot } of due) {
      group.present(slot, row);
      runner.onEvent(slot, row.time);
    }
  }
}
