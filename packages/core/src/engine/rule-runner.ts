import type { Guard } from "../dispatch/guard.ts";
import type { HeldRules } from "../dispatch/held-rules.ts";
import type { RulePlan } from "../plan.ts";
import type { PartialMatches } from "../sequence/partial-match.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Episodes } from "./episodes.ts";
import type { RulePosition } from "./rule-position.ts";
import type { RuleOutput } from "./rule-output.ts";

/** What an event can be to a rule, told without its key: nothing, something to keys that have state, or something to any key. */
export const Concern = { nothing: 0, knownKey: 1, anyKey: 2 } as const;
export type Concern = (typeof Concern)[keyof typeof Concern];

/** What a rule that is one of many is told. */
export interface ManyRules {
  /** Its place in the group. */
  readonly place: number;
  /** Where it says of which keys it holds something. */
  readonly held: HeldRules;
  /** And which of them every event concerns. */
  readonly waiting: HeldRules;
}

/** How a rule goes on from what its group has seen: one implementation per kind of window. */
export interface RuleRunner {
  /** Where it stands in the plan. */
  readonly position: RulePosition;
  readonly output: RuleOutput;
  /** Whether nothing happens to a key but at its events. */
  readonly onlyAtEvents?: boolean;
  /** Of a rule evaluated at events: the episodes that looks may close. */
  readonly episodes?: Episodes["layout"];
  /** Whether it must look at a key's window before an event at `t` is added: that may close an episode. */
  looksBefore(slot: number, t: number): boolean;
  /** What an event must be for `onEvent` to do anything; absent or `null` where nothing can be said. */
  readonly guard?: Guard | null;
  /** Of a rule with `concern`: events that meet none of these are nothing to it, but for what it waits for. */
  readonly guards?: readonly Guard[] | null;
  /**
   * Once all rules of the group are in. `many`: it is one of many whose state is to be kept by the few keys that have some; it says there
   * which those are.
   */
  seal?(many: ManyRules | null): void;
  /** Looks at the window as it was just before an event at `t`; the context is set. */
  lookBefore(slot: number, t: number): void;
  /** Absent where every event may change the state of its key; the context holds the event. */
  concern?(): Concern;
  /** Whether the event is something to the state of a key; there where `concern` is. */
  concerns?(slot: number): boolean;
  /** An event of the key was added at `t`; the context is set. */
  onEvent(slot: number, t: number): void;
  /** Whether forgetting the key would change nothing. The key's windows are empty. */
  canForget(slot: number): boolean;
  forget(slot: number): void;
  /** Whether something is due for the key without an event of it: it cannot leave memory. Absent where no key can. */
  holds?(slot: number): boolean;
  grow(capacity: number): void;
  /** Slots from `size` on were given back. */
  shrink?(size: number): void;
  /** Things due later than the clock. */
  pending(): number;
  /** Absent of rules that are no sequences. */
  partialMatches?(rule: RulePlan, limit: number): PartialMatches;
  /** How many are held; costs nothing. */
  partialMatchCount?(): number;
  save(slot: number, out: ByteWriter): void;
  load(slot: number, input: ByteReader): void;
  /** State that belongs to no key. */
  saveShared(out: ByteWriter): void;
  loadShared(input: ByteReader): void;
}
