import type { Guard } from "../dispatch/guard.ts";
import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Episodes } from "./episodes.ts";
import type { Group } from "./group.ts";
import type { GroupWindow } from "./group-window.ts";
import type { Branch, RuleOutput } from "./rule-output.ts";
import type { RulePosition } from "./rule-position.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { sortByKey } from "./sort-slots.ts";
import { Phase, SlotTimers } from "./timers.ts";

/**
 * A rule evaluated at the events of a key: WITHIN, LAST n EVENTS, or no window.
 *
 * Time    at an event at t: open episodes are looked at as of just before t, then the event counts, then the branches are evaluated.
 *         With RESOLVE also 1 ms after an event left a WITHIN window, and 1 ms after an episode has been open for its length.
 * State   the group's windows; episodes.
 */
export class EventRule implements RuleRunner {
  readonly position: RulePosition;
  /** Of a rule about the event: set by who knows its condition. */
  guard: Guard | null = null;
  readonly onlyAtEvents: boolean;
  /** Whether it tells of the ends of episodes. */
  readonly resolves: boolean;
  readonly output: RuleOutput;
  readonly #runtime: Runtime;
  readonly #group: Group;
  readonly #branches: readonly Branch[];
  readonly #episodes: Episodes;
  /** The WITHIN of the rule. */
  readonly #within: GroupWindow | null;
  readonly #lengthMs: number;
  readonly #looks: SlotTimers | null;
  readonly #isTrue: (branch: Branch) => boolean;
  /** Generated: which branches hold, a bit each, for the current event. */
  #truth: ((slot: number, row: Row) => number) | null = null;
  #truths = 0;
  readonly #wasTrue = (branch: Branch): boolean => (this.#truths & (1 << branch.index)) !== 0;

  constructor(
    runtime: Runtime,
    position: RulePosition,
    group: Group,
    place: number,
    output: RuleOutput,
    branches: readonly Branch[],
    within: GroupWindow | null,
  ) {
    this.#runtime = runtime;
    this.position = position;
    this.#group = group;
    this.output = output;
    this.#branches = branches;
    this.#within = within;
    const { context } = runtime;
    this.#isTrue = (branch) => branch.when === null || branch.when(context) === true;
    this.#lengthMs = within?.shape.kind === "within" ? within.shape.lengthMs : 0;
    this.#episodes = new Episodes(runtime, position, branches, output, {
      holdMs: this.#lengthMs,
      prepares: false,
      onFor: (time, slots) => this.#finishFors(time, slots),
      records: group.records,
      openedAt: (branch) => group.openedAt(place, branch.index),
      openCount: group.openCount,
    });
    const episodic = branches.filter((branch) => branch.episodic);
    if (episodic.length > 0) group.looksBefore = true;
    if (branches.some((branch) => branch.forMs !== null)) group.keepsNewest = true;
    const resolves = within !== null && branches.some((branch) => branch.resolve);
    this.#looks = resolves
      ? new SlotTimers(
          runtime.timers,
          position,
          Phase.end,
          (time, slots) => this.#lookForLeft(time, slots),
          group.records,
        )
      : null;
    if (resolves) within.trackLeaving(group.records);
    this.resolves = branches.some((branch) => branch.resolve);
    this.onlyAtEvents = !resolves && branches.every((branch) => branch.forMs === null);
  }

  /** Puts generated code in the place of closures, at current events. */
  useTruth(truth: (slot: number, row: Row) => number): void {
    this.#truth = truth;
  }

  looksBefore(slot: number, t: number): boolean {
    return this.#episodes.anyMayClose(slot, t);
  }

  lookBefore(slot: number, t: number): void {
    for (const branch of this.#branches) this.#closeUnlessTrue(branch, slot, t, t, true);
  }

  onEvent(slot: number, t: number): void {
    if (this.#truth !== null) {
      this.onTruth(slot, t, this.#truth(slot, this.#runtime.context.row!));
      return;
    }
    this.#episodes.flush();
    this.#episodes.evaluate(slot, t, this.#isTrue);
    this.output.observer?.evaluated(t, this.#branches, (branch) => this.#episodes.openedAt(branch, slot));
    if (this.#looks !== null && this.#episodes.anyOpen(slot)) this.#armLook(slot, t);
  }

  /** As `onEvent`, where it is known which branches hold: a bit each. */
  onTruth(slot: number, t: number, truths: number): void {
    this.#episodes.flush();
    this.#truths = truths;
    if (truths === 0 && !this.#episodes.anyOpen(slot)) return;
    this.#episodes.evaluate(slot, t, this.#wasTrue);
    if (this.#looks !== null && this.#episodes.anyOpen(slot)) this.#armLook(slot, t);
  }

  /** Its open episodes, for code that tells whether an event can mean anything to them. */
  get episodes(): Episodes["layout"] {
    return this.#episodes.layout;
  }

  canForget(slot: number): boolean {
    if (!this.#episodes.anyOpen(slot)) return true;
    const { now } = this.#runtime.clock;
    this.#group.setContext(slot);
    return this.#branches.every(
      (branch) =>
        !this.#episodes.isOpen(branch, slot) ||
        // With RESOLVE the looks close it, and say so.
        (!branch.resolve &&
          branch.forMs === null &&
          this.#episodes.mayClose(branch, slot, now) &&
          branch.when?.(this.#runtime.context) !== true),
    );
  }

  forget(slot: number): void {
    this.#episodes.forget(slot);
    this.#looks?.clear(slot);
  }

  holds(slot: number): boolean {
    return this.#episodes.waits(slot) || (this.#looks !== null && this.#looks.at(slot) !== Infinity);
  }

  grow(capacity: number): void {
    this.#episodes.grow(capacity);
    this.#looks?.grow(capacity);
  }

  pending(): number {
    return this.#episodes.waiting;
  }

  /** Nothing of a slot whose episodes are closed. */
  save(slot: number, out: ByteWriter): void {
    if (!this.#episodes.anyOpen(slot) && (this.#looks === null || this.#looks.at(slot) === Infinity)) return;
    this.#episodes.save(slot, out);
    if (this.#looks !== null) out.float(this.#looks.at(slot));
  }

  load(slot: number, input: ByteReader): void {
    this.#episodes.load(slot, input);
    this.#looks?.set(slot, input.float());
  }

  saveShared(): void {}

  loadShared(): void {}

  /** An open episode closes where its condition is not TRUE at `t` and it may. */
  #closeUnlessTrue(branch: Branch, slot: number, t: number, at: number, later: boolean): void {
    if (!branch.episodic || !this.#episodes.isOpen(branch, slot) || !this.#episodes.mayClose(branch, slot, t)) return;
    if (branch.when?.(this.#runtime.context) !== true) this.#episodes.close(branch, slot, at, later);
  }

  #finishFors(time: number, slots: number[]): void {
    for (const slot of sortByKey(slots, (s) => this.#group.keyAt(s))) {
      this.#group.lookAt(slot, time, () => {
        this.#episodes.finishFor(slot, time, this.#isTrue);
        this.output.observer?.evaluated(time, this.#branches, (branch) => this.#episodes.openedAt(branch, slot));
      });
      if (this.#looks !== null && this.#episodes.anyOpen(slot)) this.#armLook(slot, time);
    }
  }

  #lookForLeft(time: number, slots: number[]): void {
    for (const slot of sortByKey(slots, (s) => this.#group.keyAt(s))) {
      // What happens at L, an event leaving or an episode coming of age, is looked at 1 ms later, and said to have been at L.
      const at = time - 1;
      this.#group.dropBefore(slot, time);
      const left = this.#within!.leftAt(slot) === at;
      this.#group.setContext(slot);
      for (const branch of this.#branches) {
        if (!branch.resolve) continue;
        const ofAge = this.#episodes.openedAt(branch, slot) + this.#lengthMs === at;
        if (left || ofAge) this.#closeUnlessTrue(branch, slot, time, at, false);
      }
      if (this.#episodes.anyOpen(slot)) this.#armLook(slot, time);
    }
  }

  #armLook(slot: number, now: number): void {
    let next = Infinity;
    for (const branch of this.#branches) {
      if (!branch.resolve || !this.#episodes.isOpen(branch, slot)) continue;
      next = Math.min(next, this.#within!.leftAt(slot) === now ? now + 1 : this.#within!.nextLeaving(slot) + 1);
      const ofAge = this.#episodes.openedAt(branch, slot) + this.#lengthMs + 1;
      if (ofAge > now) next = Math.min(next, ofAge);
    }
    this.#looks!.set(slot, next);
  }
}
