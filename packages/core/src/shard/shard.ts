import type { Alert } from "../alert.ts";
import type { Engine } from "../engine/types.ts";
import type { AlertPlace } from "./alert-place.ts";

/** An alert of a shard, and where it stands among those of all shards. */
export interface PlacedAlert {
  readonly alert: Alert;
  readonly place: AlertPlace;
}

/**
 * One of several engines that share the rules of a plan: by key, else rule by rule.
 *
 * Time    every shard is given all events in the same order, so that the clocks of all are the same.
 * State   of its own keys and rules.
 */
export interface EngineShard {
  /** Runs this part of the plan. What its methods return are alerts of this shard alone. */
  readonly engine: Engine;
  /** The alerts since the last call. Data that can be sent to another thread. */
  take(): readonly PlacedAlert[];
  /** No alert to come stands before this place. */
  reached(): AlertPlace;
}
