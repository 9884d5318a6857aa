import { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { writeEntryName } from "../snapshot/entry-name.ts";
import { EntryPacker } from "../snapshot/packed-entries.ts";
import { changesOf, type EngineChanges, type EngineStateEntry } from "../snapshot/state-entry.ts";
import type { Cooldown } from "./cooldown.ts";
import type { StoredLayout } from "./group-state.ts";
import type { Program } from "./program.ts";
import type { RuleRunner } from "./rule-runner.ts";

/** Thrown where stored state cannot be restored. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/** What of an engine belongs to no rule and no key. */
export interface SharedState {
  /** Names plan, parameters and settings: whether all of the state means what it meant. */
  readonly planHash: string;
  save(out: ByteWriter): void;
  load(input: ByteReader): void;
}

/** The values of the entries that are read before all others. */
export interface LeadingEntries {
  readonly engine: Uint8Array;
  readonly layouts: Uint8Array;
}

/** Takes stored entries in. */
export interface EntryLoader {
  load(entries: Iterable<EngineStateEntry>): void;
  /** All entries were given. */
  end(): void;
}

const snapshotFormat = "weir-snapshot-5";
const engineEntry = "engine";
const layoutsEntry = "layouts";
/** Of an id of 32 hexadecimal digits: names of keys are most of what is stored of small ones. */
const shortId = 12;
/** Of room for changes that are still to come. */
const mostRoom = 16 << 20;

/**
 * An engine as bytes, whole or by what changed.
 *
 * Entries are named by the content of what they belong to, so that another plan finds those it understands:
 *
 *   engine                      the clock, what waits for it, counts
 *   layouts                     how the entries of each group are laid out
 *   rule <rule>                 counts, and what the rule keeps for no key
 *   cooldown <rule> <key>       when it last fired
 *   key <group> <key>           windows, history, episodes, runs; the group by the beginning of its id
 */
export class EngineState {
  readonly #program: Program;
  readonly #shared: SharedState;
  readonly #rules: ReadonlyMap<string, RuleRunner>;
  /** What was last given out of each rule, to give it again only where it changed. */
  readonly #given = new Map<string, Uint8Array>();
  /** Of the rule being written. */
  readonly #ruleBytes = new ByteWriter(64);
  #tracks = false;
  /** Where those that store changes have `layouts` already, which stays as it is. */
  #hasGivenLayouts = false;
  #layoutsBytes: ByteWriter | null = null;
  #packedBytes = 1024;

  constructor(program: Program, shared: SharedState) {
    this.#program = program;
    this.#shared = shared;
    this.#rules = new Map(program.runners.map((runner) => [runner.output.stateId, runner]));
    const taken = new Set<string>();
    for (const { state } of program.cells) {
      const short = state.id.slice(0, shortId);
      state.entryId = taken.has(short) ? state.id : short;
      taken.add(short);
    }
  }

  /** Everything in one piece. */
  snapshot(): Uint8Array {
    const out = new ByteWriter();
    out.text(snapshotFormat);
    this.#saveEngine(out);
    const layouts = out.beginBlock();
    out.raw(this.#layouts().bytes());
    out.endBlock(layouts);
    out.uint(this.#rules.size);
    for (const [id, runner] of this.#rules) {
      out.text(id);
      const rule = out.beginBlock();
      saveRule(runner, out);
      out.endBlock(rule);
      const cooldown = out.beginBlock();
      saveCooldown(runner.output.cooldown, out);
      out.endBlock(cooldown);
    }
    for (const { state } of this.#program.cells) {
      const block = out.beginBlock();
      state.save(out);
      out.endBlock(block);
    }
    return out.bytes();
  }

  /** What changed since the last call; everything the first time, and where `full` asks for it. */
  changes(full: boolean): EngineChanges {
    const all = full || !this.#tracks;
    this.#tracks = true;
    const packer = new EntryPacker(this.#packedBytes);
    packer.begin();
    packer.out.printable(engineEntry);
    packer.beginValue();
    packer.out.text(snapshotFormat);
    this.#saveEngine(packer.out);
    packer.end();
    if (all || !this.#hasGivenLayouts) {
      packer.begin();
      packer.out.printable(layoutsEntry);
      packer.beginValue();
      packer.out.raw(this.#layouts().bytes());
      packer.end();
      this.#hasGivenLayouts = true;
    }
    for (const [id, runner] of this.#rules) {
      this.#ruleChanges(id, runner, all, packer);
      cooldownChanges(id, runner.output.cooldown, all, packer);
    }
    for (const { state } of this.#program.cells) state.takeChanges(all, packer);
    // Most calls are followed by one of as many.
    this.#packedBytes = Math.min(mostRoom, packer.out.length + (packer.out.length >> 3) + 1024);
    return changesOf(all, packer.finish());
  }

  /** Fills a new engine from a snapshot. */
  loadSnapshot(bytes: Uint8Array, otherRules: boolean): void {
    reading(() => {
      const input = new ByteReader(bytes);
      this.#loadEngine(input, otherRules);
      const layouts = this.#loadLayouts(new ByteReader(input.blockBytes()));
      for (let n = input.uint(); n > 0; n--) {
        const runner = this.#rules.get(input.text());
        const rule = input.blockBytes();
        const cooldown = input.blockBytes();
        if (runner === undefined) continue;
        loadRule(runner, new ByteReader(rule));
        loadCooldown(runner.output.cooldown, new ByteReader(cooldown));
      }
      for (const layout of layouts.values()) {
        const keys = new ByteReader(input.blockBytes());
        layout?.loadAll(keys);
      }
      if (!input.atEnd) throw new SnapshotError("the snapshot is damaged: bytes are left over");
    });
  }

  /** Fills a new engine from the entries of a base and the changes applied to it. */
  loadEntries(entries: Iterable<EngineStateEntry>, otherRules: boolean): void {
    const all = [...entries];
    const valueOf = (wanted: string): Uint8Array => {
      const found = all.find(({ name }) => name === wanted);
      if (found === undefined) throw new SnapshotError(`the state has no entry \`${wanted}\``);
      return found.value;
    };
    const loader = this.beginLoad({ engine: valueOf(engineEntry), layouts: valueOf(layoutsEntry) }, otherRules);
    loader.load(all);
    loader.end();
  }

  /** Begins to fill a new engine: the entries that are not given follow in any pieces and order. */
  beginLoad(leading: LeadingEntries, otherRules: boolean): EntryLoader {
    const layouts = reading(() => {
      const shared = new ByteReader(leading.engine);
      this.#loadEngine(shared, otherRules);
      expectEnd(shared);
      return this.#loadLayouts(new ByteReader(leading.layouts));
    });
    // Under other rules keys are laid out anew: the next changes have to say everything.
    const sameLayout = this.#loadedHash === this.#shared.planHash;
    if (sameLayout) {
      this.#tracks = true;
      this.#hasGivenLayouts = this.#layouts().equals(leading.layouts);
      for (const { state } of this.#program.cells) state.track();
    }
    let reader: ByteReader | null = null;
    let last: KeysOfGroup | null = null;
    return {
      load: (entries) =>
        reading(() => {
          for (const { name, value } of entries) {
            if (reader === null) reader = new ByteReader(value);
            else reader.open(value);
            // Most are keys of the group of the entry before.
            if (last !== null && name.startsWith(last.start)) {
              if (last.layout?.load(reader) === true) expectEnd(reader);
              continue;
            }
            last = this.#loadEntry(name, reader, layouts) ?? last;
          }
        }),
      end: () => {
        for (const runner of this.#rules.values()) {
          runner.output.cooldown?.sortByTime();
          if (sameLayout) runner.output.cooldown?.takeChanged();
        }
      },
    };
  }

  /** Whether changes are noted: what is stored with them is all there is. */
  get tracks(): boolean {
    return this.#tracks;
  }

  #loadedHash = "";

  #saveEngine(out: ByteWriter): void {
    out.text(this.#shared.planHash);
    const shared = out.beginBlock();
    this.#shared.save(out);
    out.endBlock(shared);
  }

  #layouts(): ByteWriter {
    if (this.#layoutsBytes !== null) return this.#layoutsBytes;
    const out = new ByteWriter();
    out.uint(this.#program.cells.length);
    for (const { state } of this.#program.cells) {
      out.text(state.id);
      out.text(state.entryId);
      out.uint(state.layout.length);
      for (const id of state.layout) out.text(id);
    }
    this.#layoutsBytes = out;
    return out;
  }

  #loadEngine(input: ByteReader, otherRules: boolean): void {
    if (input.text() !== snapshotFormat) throw new SnapshotError("these bytes are no snapshot of this version");
    this.#loadedHash = input.text();
    if (this.#loadedHash !== this.#shared.planHash && !otherRules) {
      throw new SnapshotError("the snapshot was taken with other rules or parameters than those given");
    }
    this.#shared.load(new ByteReader(input.blockBytes()));
  }

  /** Gives how the keys of each stored group are read; `null` for a group that is no more. */
  #loadLayouts(input: ByteReader): Map<string, KeyLoader | null> {
    const groups = new Map(this.#program.cells.map(({ state }) => [state.id, state]));
    const layouts = new Map<string, KeyLoader | null>();
    for (let n = input.uint(); n > 0; n--) {
      const id = input.text();
      const entryId = input.text();
      const layout: string[] = [];
      for (let k = input.uint(); k > 0; k--) layout.push(input.text());
      const state = groups.get(id);
      if (state === undefined) layouts.set(entryId, null);
      else {
        const stored: StoredLayout = state.sectionsOf(layout);
        layouts.set(entryId, {
          load: (keys) => state.loadKey(stored, keys),
          loadAll: (keys) => state.load(stored, keys),
        });
      }
    }
    expectEnd(input);
    return layouts;
  }

  /** Of an entry of a key it gives how those of the same group are read. */
  #loadEntry(name: string, input: ByteReader, layouts: ReadonlyMap<string, KeyLoader | null>): KeysOfGroup | null {
    if (name === engineEntry || name === layoutsEntry) return null;
    const [kind, id = ""] = name.split(" ", 2);
    if (kind === "key") {
      const layout = layouts.get(id);
      if (layout === undefined) throw new SnapshotError(`the state is damaged: no group has the entry \`${name}\``);
      // Stores may give an entry twice.
      if (layout?.load(input) === true) expectEnd(input);
      return { start: `key ${id} `, layout };
    }
    if (kind === "rule") {
      const runner = this.#rules.get(id);
      if (runner === undefined) return null;
      loadRule(runner, input);
    } else if (kind === "cooldown") {
      const cooldown = this.#rules.get(id)?.output.cooldown ?? null;
      if (cooldown === null) return null;
      cooldown.loadEntry(input);
    } else throw new SnapshotError(`the state has an entry \`${name}\` that no engine made`);
    expectEnd(input);
    return null;
  }

  #ruleChanges(id: string, runner: RuleRunner, all: boolean, packer: EntryPacker): void {
    const out = this.#ruleBytes;
    out.clear();
    saveRule(runner, out);
    const given = this.#given.get(id);
    if (!all && given !== undefined && out.equals(given)) return;
    const value = out.bytes().slice();
    this.#given.set(id, value);
    packer.begin();
    packer.out.printable(`rule ${id}`);
    packer.beginValue();
    packer.out.raw(value);
    packer.end();
  }
}

function expectEnd(input: ByteReader): void {
  if (!input.atEnd) throw new SnapshotError("the state is damaged: bytes are left over");
}

interface KeysOfGroup {
  /** What the names of their entries begin with. */
  readonly start: string;
  readonly layout: KeyLoader | null;
}

interface KeyLoader {
  load(key: ByteReader): boolean;
  loadAll(keys: ByteReader): void;
}

export function saveRule(runner: RuleRunner, out: ByteWriter): void {
  runner.output.save(out);
  runner.saveShared(out);
}

export function loadRule(runner: RuleRunner, input: ByteReader): void {
  runner.output.load(input);
  runner.loadShared(input);
  if (!input.atEnd) throw new SnapshotError("the snapshot is damaged: bytes of a rule are left over");
}

export function saveCooldown(cooldown: Cooldown | null, out: ByteWriter): void {
  out.uint(cooldown?.size ?? 0);
  if (cooldown !== null) for (const key of cooldown.keys()) cooldown.saveEntry(key, out);
}

export function loadCooldown(cooldown: Cooldown | null, input: ByteReader): void {
  for (let n = input.uint(); n > 0; n--) cooldown?.loadEntry(input);
}

function cooldownChanges(id: string, cooldown: Cooldown | null, all: boolean, packer: EntryPacker): void {
  if (cooldown === null) return;
  const changed = cooldown.takeChanged();
  for (const key of all ? cooldown.keys() : changed) {
    packer.begin();
    writeEntryName(packer.out, `cooldown ${id} `, key);
    if (!cooldown.has(key)) packer.endGone();
    else {
      packer.beginValue();
      cooldown.saveEntry(key, packer.out);
      packer.end();
    }
  }
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(`the snapshot is damaged: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
