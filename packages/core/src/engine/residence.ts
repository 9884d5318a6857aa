import type { EvalContext } from "../evaluate.ts";
import type { EventData, Row } from "../row.ts";
import type { EngineStateEntry } from "../snapshot/state-entry.ts";
import type { Value } from "../value.ts";
import { keyOf } from "../values/compare.ts";
import type { Clock } from "./clock.ts";
import type { EngineState } from "./engine-state.ts";
import type { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import { GroupResidence, type KeyId } from "./group-residence.ts";
import type { Ingest } from "./ingest.ts";

/** An event that is to be pushed. */
export interface ComingEvent {
  readonly stream: string;
  readonly event: EventData;
}

export interface ResidenceStats {
  /** Keys in memory, of all rules. */
  readonly keys: number;
  /** Of them, keys that cannot leave: something is due for them later, or their rules keep all keys. */
  readonly held: number;
  /** Whether keys have left memory. */
  readonly partial: boolean;
}

/**
 * Keys that leave memory for where `changes()` are stored, and come back before their next event.
 *
 * For each lot of events: `missing`, then `admit` with what is stored under those names, then `push`. After a commit, when all that
 * `changes()` ever gave is stored: `evict`. Alerts are what they are without; keys for which something is due later stay, as do all of
 * sequences, of rules without BY and of rules over derived events.
 */
export interface Residence {
  /** Whether some key is not in memory; before that `missing` gives nothing. */
  readonly partial: boolean;
  /** The names of the entries that have to be looked up before these events are pushed. */
  missing(events: Iterable<ComingEvent>): readonly string[];
  /** The answer to the last `missing`: entries that are not among these are stored nowhere. */
  admit(entries: Iterable<EngineStateEntry>): void;
  /** Lets keys go until about `most` are left; gives how many went. */
  evict(most: number): number;
  /**
   * Stored entries, any of them: keys that are not in memory and have no live state any more are forgotten, and are among the deletes of
   * the next `changes()`. As for `evict`, while all that `changes()` ever gave is stored. Gives how many went.
   */
  expire(entries: Iterable<EngineStateEntry>): number;
  stats(): ResidenceStats;
}

export interface ResidenceOptions {
  readonly groups: readonly Group[];
  readonly derived: ReadonlySet<string>;
  readonly context: EvalContext;
  readonly ingest: Ingest;
  readonly clock: Clock;
  readonly state: EngineState;
  /** The groups that see the events of a stream. */
  readonly groupsOf: (stream: string) => readonly Group[];
}

/** What is remembered of keys stored nowhere, at most, before it is looked through. */
const mostAbsent = 10_000;

export class EngineResidence implements Residence {
  readonly #options: ResidenceOptions;
  /** All cells, and those of which keys may leave. */
  readonly #all: readonly GroupCell[];
  readonly #cells: readonly GroupCell[];
  readonly #byEntryId = new Map<string, GroupResidence>();
  readonly #asked = new Map<string, { readonly residence: GroupResidence; readonly id: KeyId }>();

  /** Whether a table changed: events that wait may be of keys now that they were not of when they came. */
  #reconsiders = false;

  constructor(options: ResidenceOptions) {
    this.#options = options;
    this.#all = options.groups.flatMap(({ cells }) => cells);
    this.#cells = options.groups.flatMap((group) => (GroupResidence.fits(group, options.derived) ? group.cells : []));
    for (const cell of this.#all) cell.residence = null;
    for (const cell of this.#cells) {
      const residence = new GroupResidence(cell);
      cell.residence = residence;
      this.#byEntryId.set(cell.state.entryId, residence);
    }
  }

  get partial(): boolean {
    return this.#cells.some(({ residence }) => residence?.partial === true);
  }

  missing(events: Iterable<ComingEvent>): readonly string[] {
    this.#asked.clear();
    if (!this.partial) return [];
    if (this.#reconsiders) for (const row of this.#options.clock.waitingRows()) this.#ask(row);
    this.#reconsiders = false;
    for (const { stream, event } of events) {
      const row = this.#options.ingest.peek(stream, event);
      if (row !== null) this.#ask(row);
    }
    return [...this.#asked.keys()];
  }

  admit(entries: Iterable<EngineStateEntry>): void {
    for (const { name, value } of entries) {
      const asked = this.#asked.get(name);
      if (asked === undefined) throw new Error(`the entry \`${name}\` was not asked for`);
      asked.residence.admit(asked.id, value);
      this.#asked.delete(name);
    }
    for (const { residence, id } of this.#asked.values()) residence.admit(id, null);
    this.#asked.clear();
  }

  evict(most: number): number {
    // Before, what is here is not what is stored.
    if (!this.#options.state.tracks) return 0;
    let excess = this.#all.reduce((sum, { slots }) => sum + slots.live, 0) - most;
    const absent = this.#cells.reduce((sum, { residence }) => sum + (residence?.absent ?? 0), 0);
    if (excess <= 0 && absent < mostAbsent) return 0;
    this.#settle();
    let gone = 0;
    for (const cell of this.#cells.toSorted((a, b) => b.slots.live - a.slots.live)) {
      if (excess <= 0) break;
      const left = cell.residence?.evict(excess) ?? 0;
      gone += left;
      excess -= left;
    }
    return gone;
  }

  expire(entries: Iterable<EngineStateEntry>): number {
    if (!this.#options.state.tracks) return 0;
    let gone = 0;
    for (const { name, value } of entries) {
      const [kind, id = ""] = name.split(" ", 2);
      const residence = kind === "key" ? this.#byEntryId.get(id) : undefined;
      if (residence?.expire(value) === true) gone++;
    }
    return gone;
  }

  /** Rows of a table changed, on which it may depend which keys an event is of. */
  reconsider(): void {
    this.#reconsiders = true;
  }

  /** Stored entries are taken in, whichever they are. */
  beginLoad(): void {
    for (const { residence } of this.#cells) residence!.admitting = true;
  }

  /** All that is stored was taken in, and some of it perhaps let go again. */
  endLoad(): void {
    for (const { residence } of this.#cells) residence!.admitting = false;
    if (this.partial) this.#settle();
  }

  stats(): ResidenceStats {
    const cells = this.#all;
    const keys = cells.reduce((sum, { slots }) => sum + slots.live, 0);
    const held = cells.reduce((sum, { residence, slots }) => sum + (residence?.held() ?? slots.live), 0);
    return { keys, held, partial: this.partial };
  }

  #ask(row: Row): void {
    this.#eachKey(row, (residence, key) => {
      const id = keyOf(key);
      if (residence.needs(key, id)) this.#asked.set(residence.entryName(id), { residence, id });
    });
  }

  #settle(): void {
    const awaited = new Map<GroupResidence, Set<KeyId>>();
    for (const row of this.#options.clock.waitingRows()) {
      this.#eachKey(row, (residence, key) => {
        const ids = awaited.get(residence);
        if (ids === undefined) awaited.set(residence, new Set([keyOf(key)]));
        else ids.add(keyOf(key));
      });
    }
    for (const { residence } of this.#cells) residence?.settle(awaited.get(residence) ?? new Set());
  }

  #eachKey(row: Row, visit: (residence: GroupResidence, key: readonly Value[]) => void): void {
    for (const group of this.#options.groupsOf(row.stream)) {
      const residence = group.cellFor(row)?.residence ?? null;
      const key = residence?.keyOf(row, this.#options.context) ?? null;
      if (residence !== null && key !== null) visit(residence, key);
    }
  }
}
