import type { RuleSelection } from "../dispatch/rule-selection.ts";
import type { EvalContext } from "../evaluate.ts";
import { Concern, type RuleRunner } from "./rule-runner.ts";

/** Tells what the event in the context is to the rules of a group that can all tell that from the event. */
export class GroupConcern {
  /** Finds the rules that an event may concern; `null`: all have to be asked. */
  selection: RuleSelection | null = null;
  readonly #runners: readonly RuleRunner[];
  readonly #context: EvalContext;
  #ofEvent: Concern = Concern.nothing;

  constructor(runners: readonly RuleRunner[], context: EvalContext) {
    this.#runners = runners;
    this.#context = context;
  }

  /** What the event is to the rules, whatever its key. */
  ofEvent(): Concern {
    this.#ofEvent = this.#most();
    return this.#ofEvent;
  }

  /** After `ofEvent`: whether it is something to every key. */
  get isOfAnyKey(): boolean {
    return this.#ofEvent === Concern.anyKey;
  }

  /** After `ofEvent`: whether it is something to the state of a slot. */
  isOfSlot(slot: number): boolean {
    if (this.isOfAnyKey) return true;
    const runners = this.#runners;
    const { selection } = this;
    if (selection === null) {
      for (const runner of runners) if (runner.concerns!(slot)) return true;
      return false;
    }
    const count = selection.select(this.#context.row!, slot);
    for (let i = 0; i < count; i++) if (runners[selection.at(i)]!.concerns!(slot)) return true;
    return false;
  }

  #most(): Concern {
    const runners = this.#runners;
    const { selection } = this;
    let most: Concern = Concern.nothing;
    if (selection === null) {
      for (const runner of runners) {
        const concern = runner.concern!();
        if (concern > most) most = concern;
      }
      return most;
    }
    if (!selection.waiting.isEmpty) most = Concern.knownKey;
    const count = selection.find(this.#context.row!);
    for (let i = 0; i < count; i++) {
      const concern = runners[selection.at(i)]!.concern!();
      if (concern > most) most = concern;
    }
    return most;
  }
}
