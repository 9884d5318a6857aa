import type { Alert } from "../alert.ts";
import type { Plan } from "../plan.ts";
import type { EventData } from "../row.ts";
import { type AlertPlace, PlaceTracker } from "../shard/alert-place.ts";
import { eventShare } from "../shard/event-share.ts";
import type { EngineShard, PlacedAlert } from "../shard/shard.ts";
import type { EngineStateEntry } from "../snapshot/state-entry.ts";
import { EngineOptionError } from "./binding.ts";
import type { LeadingEntries } from "./engine-state.ts";
import { RuleEngine } from "./rule-engine.ts";
import type { Engine, EngineOptions, RestoreOptions } from "./types.ts";

/** Makes an engine for a plan. Throws `EngineOptionError` where the options do not fit it. */
export function createEngine<Streams = Record<string, EventData>, AlertData = Readonly<Record<string, unknown>>>(
  plan: Plan,
  options: EngineOptions = {},
): Engine<Streams, AlertData> {
  return new RuleEngine(plan, options) as unknown as Engine<Streams, AlertData>;
}

/**
 * Makes an engine that goes on where `snapshot()` was taken, or from the entries of `changes()`.
 *
 * With `otherRules` the plan may be another one: rules that mean the same as before go on, the others begin anew.
 * Errors  `SnapshotError` where what is stored is of other rules and that is not allowed, or damaged.
 */
export function restoreEngine<Streams = Record<string, EventData>, AlertData = Readonly<Record<string, unknown>>>(
  plan: Plan,
  stored: Uint8Array | Iterable<EngineStateEntry>,
  options: RestoreOptions = {},
): Engine<Streams, AlertData> {
  const engine = new RuleEngine(plan, options);
  engine.load(stored, options.otherRules ?? false);
  return engine as unknown as Engine<Streams, AlertData>;
}

/**
 * Makes an engine that goes on from stored entries which come in pieces: `leading` are the values of the entries `engine` and `layouts`,
 * the others follow in any order. Between pieces keys may leave again (`engine.residence`).
 */
export function restoreEngineInPieces(
  plan: Plan,
  leading: LeadingEntries,
  options: RestoreOptions = {},
): { readonly engine: Engine; load(entries: Iterable<EngineStateEntry>): void; end(): void } {
  const made = new RuleEngine(plan, options);
  const loader = made.beginLoad(leading, options.otherRules ?? false);
  return { engine: made, load: (entries) => loader.load(entries), end: () => loader.end() };
}

/**
 * Makes one of `count` engines that share the rules of a plan, each on a core of its own: what `ShardMerge` makes of the alerts of all is
 * what one engine would have said, in its order and with its ids; `mergeStats` gives its counts.
 *
 * Errors  `EngineOptionError` for what shards cannot do: explanations, and times of arrival, which differ from shard to shard.
 */
export function createShard(plan: Plan, options: EngineOptions, index: number, count: number): EngineShard {
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(index) || index < 0 || index >= count) {
    throw new EngineOptionError(`there is no shard ${index} of ${count}`);
  }
  if (options.explain !== undefined && options.explain !== false) {
    throw new EngineOptionError("shards of an engine do not explain themselves");
  }
  const arrival = plan.streams.find(({ time }) => time?.kind === "arrival");
  if (arrival !== undefined) {
    throw new EngineOptionError(`stream \`${arrival.name}\` has TIME ARRIVAL, which differs from shard to shard`);
  }
  const placed: PlacedAlert[] = [];
  const places = new PlaceTracker();
  const place = (alert: Alert, at: AlertPlace): void => void placed.push({ alert, place: at });
  const engine = new RuleEngine(plan, options, { index, count, places, place });
  return {
    engine,
    share: eventShare(plan, index, count),
    pass: (stream, event, partition = 0) => engine.pass(stream, event, partition),
    take: () => placed.splice(0),
    reached: () => places.reached(engine.now, engine.offered),
  };
}

/** The code that is generated for a plan, in pieces: text of JavaScript that the engine runs at every event. */
export function generatedCode(plan: Plan, options: EngineOptions = {}): readonly string[] {
  return new RuleEngine(plan, { ...options, explain: false, mode: "generated" }).code;
}
