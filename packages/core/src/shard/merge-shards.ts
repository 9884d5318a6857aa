import type { Alert } from "../alert.ts";
import type { EngineStats, RuleStats } from "../engine/types.ts";
import { type AlertPlace, comparePlaces } from "./alert-place.ts";
import type { PlacedAlert } from "./shard.ts";

interface Lane {
  readonly placed: PlacedAlert[];
  /** How many of `placed` were taken. */
  taken: number;
  reached: AlertPlace;
}

/** The place behind all others. */
const end: AlertPlace = [Infinity];

/**
 * Puts the alerts of all shards of a plan in the order in which one engine would have made them.
 *
 * State   the alerts that some shard is behind of.
 */
export class ShardMerge {
  readonly #lanes: readonly Lane[];

  constructor(count: number) {
    this.#lanes = Array.from({ length: count }, () => ({ placed: [], taken: 0, reached: [-Infinity] }));
  }

  /** What a shard has to say: its alerts, and how far it is. */
  add(shard: number, placed: readonly PlacedAlert[], reached: AlertPlace): void {
    const lane = this.#lanes[shard]!;
    for (const one of placed) lane.placed.push(one);
    lane.reached = reached;
  }

  /** A shard has nothing more to say. */
  finish(shard: number): void {
    this.#lanes[shard]!.reached = end;
  }

  /** How many alerts of a shard wait for the others. */
  waiting(shard: number): number {
    const { placed, taken } = this.#lanes[shard]!;
    return placed.length - taken;
  }

  /** The alerts that nothing can come before any more. */
  take(): readonly Alert[] {
    const reached = this.#lanes.reduce<AlertPlace>(
      (least, lane) => (comparePlaces(lane.reached, least) < 0 ? lane.reached : least),
      end,
    );
    const alerts: Alert[] = [];
    for (;;) {
      const next = this.#next(reached);
      if (next === null) break;
      alerts.push(next.placed[next.taken++]!.alert);
    }
    for (const lane of this.#lanes) {
      lane.placed.splice(0, lane.taken);
      lane.taken = 0;
    }
    return alerts;
  }

  /** The lane whose first alert comes next; `null` where that is not before `reached`. */
  #next(reached: AlertPlace): Lane | null {
    let first: Lane | null = null;
    let place = reached;
    for (const lane of this.#lanes) {
      const head = lane.placed[lane.taken];
      if (head === undefined || comparePlaces(head.place, place) >= 0) continue;
      first = lane;
      ({ place } = head);
    }
    return first;
  }
}

/**
 * The counts of all shards of a plan as those of one engine; in the order of the shards.
 *
 * `keys` may be more: rules of one key whose keys are counted once are not where one of them is kept whole on another shard.
 */
export function mergeStats(shards: readonly EngineStats[]): EngineStats {
  // All saw the same events; derived ones and their hints are of the first.
  const first = shards[0]!;
  const rules = first.rules.map(({ rule }, i): RuleStats => {
    const parts = shards.map((stats) => stats.rules[i]!);
    return {
      rule,
      alerts: sum(parts.map(({ alerts }) => alerts)),
      resolved: sum(parts.map(({ resolved }) => resolved)),
      suppressed: sum(parts.map(({ suppressed }) => suppressed)),
      // An event without a key is seen by all that run the rule.
      missingKey: Math.max(...parts.map(({ missingKey }) => missingKey)),
      limited: sum(parts.map(({ limited }) => limited)),
      pending: sum(parts.map(({ pending }) => pending)),
    };
  });
  return {
    ...first,
    missingKey: sum(rules.map(({ missingKey }) => missingKey)),
    limited: sum(rules.map(({ limited }) => limited)),
    alerts: sum(shards.map(({ alerts }) => alerts)),
    suppressed: sum(rules.map(({ suppressed }) => suppressed)),
    pending: sum(rules.map(({ pending }) => pending)),
    keys: sum(shards.map(({ keys }) => keys)),
    rules,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
