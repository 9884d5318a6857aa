import type { Guard } from "../dispatch/guard.ts";
import type { Evaluate } from "../evaluate.ts";
import type { OwnsKey } from "../shard/key-share.ts";

/** Which events rules of a group see, under which keys. */
export interface GroupSpec {
  /** `null`: every stream but derived ones. */
  readonly from: readonly string[] | null;
  /** Of a template without the comparison in which rules differ. */
  readonly where: Evaluate | null;
  /** Of a template: the field that this comparison asks for; else `null`. */
  readonly field: string | null;
  /** Parts of a key. */
  readonly keySize: number;
  /** The key expressions for the events of a stream. */
  readonly key: (stream: string) => readonly Evaluate[];
  readonly expireMs: number | null;
  /** What the filter demands of one field; `null` where an index can tell nothing. */
  readonly guard: Guard | null;
  /** Of a shard: whether a key is its own, or `none` where the group is another's; `null`: all are. */
  readonly owns: OwnsKey | "none" | null;
  /** Equal texts for parts of the plan that mean the same. */
  readonly textOf: (part: unknown) => string;
}
