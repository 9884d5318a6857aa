import type { Alert } from "../alert.ts";
import type { ExplainOptions, NearMiss, Why, WhyNot } from "../explain/why.ts";
import type { Plan } from "../plan.ts";
import type { EventData } from "../row.ts";
import type { PartialMatches } from "../sequence/partial-match.ts";
import type { EngineChanges } from "../snapshot/state-entry.ts";
import type { LiveValue } from "./live-values.ts";
import type { Residence } from "./residence.ts";

export interface EngineOptions {
  /** Overrides of PARAMs by name; a DURATION in milliseconds or as text (`"10s"`). */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Rows of tables by the name of the table; a row is found by its key field. */
  readonly tables?: Readonly<Record<string, Iterable<EventData>>>;
  /**
   * Functions of the host by name, in any case. Called with plain values, TIME as `Time` and DURATION as `Duration`;
   * NULL in gives NULL without a call. One that throws gives NULL (`onFunctionError`).
   */
  readonly functions?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** Names of rules whose values `liveChanges()` gives; their windows are kept whole for it. */
  readonly live?: readonly string[];
  /** Lateness in milliseconds where no stream of the file declares one. Default 0. */
  readonly lateness?: number;
  /** How many input partitions (0, 1, …) there are: the clock waits until each had an event or is idle. Default 1. */
  readonly partitions?: number;
  /** The host's clock in epoch milliseconds, for `TIME ARRIVAL`. */
  readonly now?: () => number;
  /**
   * Whether alerts carry the events that made them fire, and the engine records what `why`, `whyNot` and `nearMisses` tell; or what of
   * it to record. Costs time and, within bounds, memory. Default false.
   */
  readonly explain?: boolean | ExplainOptions;
  /**
   * How rules are run: by code that is generated from the plan, or by closures, which say the same and are slower.
   * Default: `generated` where nothing is explained and the host lets code be generated, as a page with a strict content security policy does not.
   */
  readonly mode?: "generated" | "interpreted";
  /** Enters every alert id: tells engines apart that share a sink, such as one per input partition. */
  readonly scope?: string;
  /**
   * Called with each alert, in order, before `push` returns, and with the number of the event that made it: events are counted from 0 on
   * as they are pushed, bad and late ones too; `null` where the clock alone made it.
   */
  readonly onAlert?: (alert: Alert, event: number | null) => void;
  /** Called when a function of the host throws; its result is NULL. */
  readonly onFunctionError?: (name: string, error: unknown) => void;
  /** Called with each event that is set aside: late, or bad. */
  readonly onSetAside?: (event: SetAside) => void;
}

export interface RestoreOptions extends EngineOptions {
  /**
   * Whether what is stored may be of other rules or parameters. Then each rule that means the same as before keeps its state,
   * whatever its name, its place and its words; the others begin anew. Default false: it throws.
   */
  readonly otherRules?: boolean;
}

/** An event that was not processed, and why. */
export interface SetAside {
  readonly kind: "late" | "bad";
  readonly stream: string;
  readonly event: unknown;
  /** A lower-case sentence: `event time is missing: none of ts, timestamp, @timestamp, time is set`. */
  readonly reason: string;
  /** How far behind the watermark, in milliseconds; of late events only. */
  readonly behindMs?: number;
}

export interface EngineStats {
  /** Events offered, late and bad ones included. */
  readonly events: number;
  readonly late: number;
  readonly bad: number;
  /** Events not matched by a rule for want of a key, summed over the rules. */
  readonly missingKey: number;
  /** Fields that read as NULL because they had another type than declared. */
  readonly typeMismatch: number;
  /** Things not done because a limit was reached. */
  readonly limited: number;
  /** Alerts that went out, firing and resolved. */
  readonly alerts: number;
  /** Alerts held back by a COOLDOWN. */
  readonly suppressed: number;
  /** Things due later than the clock: open ends of windows, sessions, absences, FORs. */
  readonly pending: number;
  /** The watermark, epoch milliseconds; `null` before the first event. */
  readonly clock: number | null;
  /** Keys with live state, summed over the groups. */
  readonly keys: number;
  /** Things to look into: event times that look like another unit, fields of another type than declared; one of each, at most 20. */
  readonly hints: readonly string[];
  readonly rules: readonly RuleStats[];
}

/** Counts that cost nothing to ask for, whatever state there is. As in `EngineStats`. */
export interface EngineProgress {
  readonly events: number;
  readonly late: number;
  readonly bad: number;
  readonly alerts: number;
  readonly suppressed: number;
  readonly clock: number | null;
}

export interface RuleStats {
  readonly rule: string;
  readonly alerts: number;
  readonly resolved: number;
  readonly suppressed: number;
  readonly missingKey: number;
  readonly limited: number;
  readonly pending: number;
}

/**
 * Runs the rules of a Plan over events.
 *
 * Single-threaded and synchronous: `push` returns when the event and all that was due before it are processed. It reads no clock
 * and draws no random numbers; the same plan and the same pushes give the same alerts with the same ids.
 */
export interface Engine<Streams = Record<string, EventData>, AlertData = Readonly<Record<string, unknown>>> {
  /**
   * Offers one event of a stream; returns the alerts that it and the clock it moves give rise to, in order.
   * Bad and late events are set aside and counted (`onSetAside`), never thrown.
   * `partition` names the input partition whose watermark the event moves (default 0).
   */
  push<S extends keyof Streams & string>(stream: S, event: Streams[S], partition?: number): readonly Alert<AlertData>[];
  /** Moves the clock to `time` (epoch ms): what is due at or before it happens. A time before the clock does nothing. */
  advanceTo(time: number): readonly Alert<AlertData>[];
  /** End of the recording: buffered events are processed, the clock stops at the last event time. */
  finish(): readonly Alert<AlertData>[];
  /** Leaves a partition out of the clock until its next event, so that it does not hold the others back. */
  setIdle(partition: number): readonly Alert<AlertData>[];
  /** Replaces all rows of a table. */
  setTable(table: string, rows: Iterable<EventData>): void;
  /** Adds or replaces rows of a table. */
  upsertRows(table: string, rows: Iterable<EventData>): void;
  deleteRow(table: string, key: unknown): void;
  /**
   * Goes on with the rules of another plan of the same streams, tables and PARAMs: each rule that means the same as before goes on where it
   * is, whatever its name, its place and its words; the others begin anew. It is what `restoreEngine` with `otherRules` makes of a
   * snapshot, in place.
   *
   * Time    that of the rules that are new, and a little for each that is there. Rules that share source, filter, key and expiry, and are no
   *         cells of a template, are one unit: where one changes, all of them are made again, with what they keep.
   * State   the next `changes()` gives everything (`replace`).
   * Errors  `EngineOptionError` where the plan differs in more than its rules, an option names a rule that is no more, the engine explains
   *         itself, is a shard, or has let keys leave memory. Then it goes on as it was.
   */
  updateRules(plan: Plan): void;
  stats(): EngineStats;
  progress(): EngineProgress;
  /**
   * With `explain`: the condition of an alert, part by part, as it was when it fired. `null` where the alert is not known: one of another
   * engine, a resolved one, or one older than the newest 10,000.
   */
  why(alertId: string): Why | null;
  /**
   * With `explain`: why a rule did not fire, up to `time` (default: now), for the key that has these values (`{ user: "u1" }`); those not
   * given may be any: then it is about the key that came closest. Throws `RangeError` for a rule that is not recorded.
   *
   * A restored engine knows of what came after the snapshot.
   */
  whyNot(rule: string, key?: Readonly<Record<string, unknown>>, time?: number): WhyNot;
  /** With `explain`: when the rule came closest to firing and did not, the closest first; at most `limit` (default 20, at most 100). */
  nearMisses(rule: string, limit?: number): readonly NearMiss[];
  /**
   * The runs of a sequence that have begun and not ended, as of now; at most `limit` of them are told (default 100). None of a rule that is
   * no sequence. Looks at all keys. Throws `RangeError` where there is no such rule.
   */
  partialMatches(rule: string, limit?: number): PartialMatches;
  /**
   * How many runs of a sequence are held, which costs nothing to ask: those whose WITHIN ran out are counted until they are freed, at
   * most a sixteenth of it later.
   */
  partialMatchCount(rule: string): number;
  /** All state as bytes, from which `restoreEngine` goes on as if never stopped. Tables are not in it: the host fills them. */
  snapshot(): Uint8Array;
  /**
   * What changed since the last call, key by key, for checkpoints that cost what happened and not what there is. The first call
   * gives everything (`replace`), as does `full`; from then on changes are noted. Applied one after the other to the entries
   * they give what `restoreEngine` takes. After `restoreEngine` from entries of the same rules the first call goes on from there.
   */
  changes(options?: { readonly full?: boolean }): EngineChanges;
  /**
   * What the rules of the option `live` would say now, of keys that changed since `changes()` was last called (at first: of all keys).
   * To be called before it.
   */
  liveChanges(): readonly LiveValue[];
  /** Keys that leave memory for where `changes()` are stored, for state larger than memory. */
  readonly residence: Residence;
  /**
   * Alerts from now on, as an async iterable that ends with `close()`.
   * Unread alerts queue up; where more than `limit` (default 100,000) wait, the iterator throws.
   */
  alerts(options?: { readonly limit?: number }): AsyncIterableIterator<Alert<AlertData>>;
  /** Ends the iterables of `alerts()`. */
  close(): void;
}
