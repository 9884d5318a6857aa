import type { Alert } from "../alert.ts";
import type { Engine } from "../engine/types.ts";
import type { EventData } from "../row.ts";
import type { AlertPlace } from "./alert-place.ts";
import type { EventShare } from "./event-share.ts";

/** An alert of a shard, and where it stands among those of all shards. */
export interface PlacedAlert {
  readonly alert: Alert;
  readonly place: AlertPlace;
}

/**
 * One of several engines that share the rules of a plan: by key, else rule by rule.
 *
 * Time    every shard is given all events in the same order, or passes those that are not its own, so that the clocks of all are the same.
 * State   of its own keys and rules.
 */
export interface EngineShard {
  /** Runs this part of the plan. What its methods return are alerts of this shard alone. */
  readonly engine: Engine;
  /** Which events have to be pushed; others may be passed. */
  readonly share: EventShare;
  /**
   * Takes note of the time of an event that is not the shard's own. `false`, and nothing was done, where it has to be pushed, with all
   * its fields: it is late, or has a type or a time that all shards have to look at.
   */
  pass(stream: string, event: EventData, partition?: number): boolean;
  /** The alerts since the last call. Data that can be sent to another thread. */
  take(): readonly PlacedAlert[];
  /** No alert to come stands before this place. */
  reached(): AlertPlace;
}
