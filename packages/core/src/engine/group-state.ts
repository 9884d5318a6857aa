import type { EntryPacker } from "../snapshot/packed-entries.ts";
import { entryName, writeEntryName } from "../snapshot/entry-name.ts";
import { type ByteReader, type ByteWriter, SnapshotFormatError } from "../snapshot/bytes.ts";
import { closureSections, type SectionGlue } from "../generate/section-code.ts";
import type { LoadSections, SaveSections, StateSection } from "../snapshot/section.ts";
import type { Value } from "../value.ts";
import { isKeyValue, keyOf } from "../values/compare.ts";
import type { IntField, Records } from "../window/records.ts";
import type { CellSlots } from "./cell-slots.ts";

/** What a group state needs of its group. */
export interface StatefulGroup {
  readonly id: string;
  readonly keySize: number;
  readonly slots: CellSlots;
  readonly records: Records;
  /** Pieces of a key's state, in the order in which they are to be loaded. */
  readonly sections: readonly StateSection[];
  /** Pieces that are read where they were stored, and written no more. */
  readonly readOnlySections: readonly StateSection[];
  /** Whether a key changed since changes were last asked for: one field for all that share the records. */
  readonly dirtyField: IntField;
  /** From now on it is to be told of changes. */
  notesChanges(): void;
  /** A slot for a key that has none; −1 where it has one. */
  claim(key: readonly Value[]): number;
}

/** After so many keys it is known about how many bytes all of them take. */
const sampleKeys = 1024;

/**
 * The keys of a group as bytes: all of them, or those that were touched since they were last asked for.
 *
 * State   a bit per key, and the names of keys forgotten since; nothing until changes are first asked for.
 */
export class GroupState {
  readonly #group: StatefulGroup;
  readonly #isDirty: IntField;
  readonly #dirty: number[] = [];
  readonly #gone = new Set<string | number>();
  /** What names of entries call the group. */
  entryId: string = "";
  #tracks = false;
  #glue: SectionGlue = closureSections;
  #saving: SaveSections | null = null;
  #own: StoredLayout | null = null;

  constructor(group: StatefulGroup) {
    this.#group = group;
    this.#isDirty = group.dirtyField;
  }

  get id(): string {
    return this.#group.id;
  }

  /** Ids of the pieces of a key, in order. */
  get layout(): readonly string[] {
    return this.#group.sections.map((section) => section.id);
  }

  /** Puts generated code in the place of closures. */
  useGlue(glue: SectionGlue): void {
    this.#glue = glue;
  }

  /** Something of the key may change. */
  touch(slot: number): void {
    if (!this.#tracks || this.#isDirty.get(slot) !== 0) return;
    this.#isDirty.set(slot, 1);
    this.#dirty.push(slot);
  }

  forgets(key: readonly Value[]): void {
    if (this.#tracks) this.#gone.add(keyOf(key));
  }

  /** The slots of keys that changed since changes were last asked for; of all keys where they never were. */
  *changedSlots(): Generator<number> {
    const { slots } = this.#group;
    for (const slot of this.#tracks ? new Set(this.#dirty) : slots.liveSlots()) if (slots.owns(slot)) yield slot;
  }

  /** Whether the key changed since changes were last asked for. */
  isDirty(slot: number): boolean {
    return this.#isDirty.get(slot) !== 0;
  }

  /** Whether the key was forgotten since changes were last asked for. */
  hasGone(id: string | number): boolean {
    return this.#gone.has(id);
  }

  /** From now on changes are noted; what there is counts as known. */
  track(): void {
    this.#tracks = true;
    this.#group.notesChanges();
    const { slots } = this.#group;
    for (const slot of this.#dirty) if (slots.owns(slot)) this.#isDirty.set(slot, 0);
    this.#dirty.length = 0;
    this.#gone.clear();
  }

  /** Writes every key. */
  save(out: ByteWriter): void {
    const { slots } = this.#group;
    out.uint(slots.live);
    const start = out.length;
    let saved = 0;
    slots.forEachLive((slot) => {
      this.#saveKey(slot, out);
      if (++saved === sampleKeys) this.#reserve(out, start, saved, slots.live);
    });
  }

  /** The name of the entry of a key. */
  entryName(key: string | number): string {
    return entryName("key", this.entryId, key);
  }

  /** Adds the entries of keys touched and of keys gone, and forgets which they were. */
  takeChanges(all: boolean, packer: EntryPacker): void {
    const { slots } = this.#group;
    const start = `key ${this.entryId} `;
    const dirty = all ? slots.liveSlots() : this.#dirty;
    const { out } = packer;
    const from = out.length;
    let saved = 0;
    for (const slot of dirty) {
      const name = slots.name(slot);
      // What is listed may be free by now, of another cell, or listed twice, a key having come back.
      if (name === undefined || !slots.owns(slot) || (!all && this.#isDirty.get(slot) === 0)) continue;
      this.#isDirty.set(slot, 0);
      if (this.#gone.size > 0) this.#gone.delete(name);
      packer.begin();
      writeEntryName(out, start, name);
      packer.beginValue();
      this.#saveKey(slot, out);
      packer.end();
      if (++saved === sampleKeys) this.#reserve(out, from, saved, all ? slots.live : this.#dirty.length);
    }
    if (!all) {
      for (const name of this.#gone) {
        packer.begin();
        writeEntryName(out, start, name);
        packer.endGone();
      }
    }
    this.track();
  }

  /** The pieces that a stored layout names; `null` for those that mean nothing here. */
  sectionsOf(layout: readonly string[]): StoredLayout {
    const { sections, readOnlySections } = this.#group;
    const known = new Map([...readOnlySections, ...sections].map((section) => [section.id, section]));
    const stored = layout.map((id) => known.get(id) ?? null);
    const isStored = new Set(layout);
    const fresh = sections.filter(({ id }) => !isStored.has(id));
    return { load: this.#glue.loading(stored), fresh };
  }

  /** Reads every key that `save` wrote. */
  load(layout: StoredLayout, input: ByteReader): void {
    const keys = input.uint();
    // Each piece has a length at least: a number that is damaged makes no more room than there are bytes.
    this.#group.slots.reserve(Math.min(keys, Math.floor(input.left / (this.#group.sections.length + 1))));
    for (let n = keys; n > 0; n--) {
      if (!this.loadKey(layout, input)) throw new SnapshotFormatError("a key is there twice");
    }
  }

  /** The key that an entry is of. Throws `SnapshotFormatError`. */
  keyOf(input: ByteReader): readonly Value[] {
    const key: Value[] = [];
    for (let i = 0; i < this.#group.keySize; i++) key.push(input.value());
    if (!key.every(isKeyValue)) throw new SnapshotFormatError("a key has a part that is no key");
    return key;
  }

  /** Takes a key in; one that is there already stays as it is: then `false`, and its pieces are not read. */
  loadKey(layout: StoredLayout, input: ByteReader): boolean {
    const slot = this.#group.claim(this.keyOf(input));
    if (slot === -1) return false;
    layout.load(slot, input);
    for (const section of layout.fresh) section.fill?.(slot);
    return true;
  }

  /** `loadKey` of what this group wrote. */
  loadOwn(input: ByteReader): boolean {
    this.#own ??= this.sectionsOf(this.layout);
    return this.loadKey(this.#own, input);
  }

  /** A buffer that grows by doubling is copied about once, and is half empty at the end. */
  #reserve(out: ByteWriter, start: number, saved: number, all: number): void {
    out.reserve(Math.ceil(1.03 * ((out.length - start) / saved) * Math.max(0, all - saved)) + sampleKeys);
  }

  #saveKey(slot: number, out: ByteWriter): void {
    const { slots, sections } = this.#group;
    const name = slots.singleName(slot);
    if (name !== undefined) out.value(name);
    else for (const part of slots.key(slot)!) out.value(part);
    this.#saving ??= this.#glue.saving(sections);
    this.#saving(slot, out);
  }
}

/** How what was stored of a key is read. */
export interface StoredLayout {
  readonly load: LoadSections;
  /** Pieces that were not stored. */
  readonly fresh: readonly StateSection[];
}
