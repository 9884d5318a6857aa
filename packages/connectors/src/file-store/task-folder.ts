import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { StateStoreError } from "@weir/core";
import { decodeChunks, encodeChunks } from "./delta-file.ts";
import type { Disk } from "./disk.ts";
import {
  decodeManifest,
  encodeManifest,
  filesOf,
  firstManifest,
  type Manifest,
  manifestName,
  newestManifest,
} from "./manifest.ts";

/** How often a change is tried anew because another process made one first. */
const maxTries = 100;
/** Files that no manifest names are left over from a crash when they are this old; younger ones may be about to be named. */
const leftOverMs = 3_600_000;

/** A file of chunks. */
export interface DataFile {
  readonly file: string;
  readonly bytes: number;
}

/**
 * The files of one task. Its state is the newest of numbered manifests, each written once.
 *
 * A change reads manifest n, writes the next one under a name of its own, syncs it, and links it as n + 1: linking fails where another
 * process was first, and then all is looked at anew. So changes are atomic, also over a crash, without locks that a crash leaves behind.
 */
export class TaskFolder {
  readonly #disk: Disk;
  readonly #path: string;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  async read(): Promise<Manifest> {
    return (await this.#newest()).manifest;
  }

  /** Replaces the manifest by what `next` makes of it; the same object again means no change. */
  async change(next: (manifest: Manifest) => Manifest | Promise<Manifest>): Promise<Manifest> {
    for (let tries = 0; tries < maxTries; tries++) {
      const { number, manifest } = await this.#newest();
      const changed = await next(manifest);
      if (changed === manifest) return manifest;
      if (await this.#publish(number + 1, changed)) {
        await this.#forget(number, manifest, changed);
        return changed;
      }
    }
    throw new StateStoreError(`others change ${this.#path} all the time`, { kind: "unavailable" });
  }

  /** Writes chunks that no manifest names yet; gives the name of the file. */
  async write(chunks: readonly Uint8Array[]): Promise<DataFile> {
    const file = `data.${randomUUID()}`;
    const bytes = encodeChunks(chunks);
    await this.#disk.makeFolder(this.#path);
    try {
      await this.#disk.writeNew(join(this.#path, file), bytes);
    } catch (error) {
      // What there is of it would take the room that is wanting.
      await this.remove(file).catch(() => {});
      throw error;
    }
    return { file, bytes: bytes.length };
  }

  /** The chunks of a file, read as they are asked for. */
  chunks({ file, bytes }: DataFile): AsyncGenerator<Uint8Array> {
    const path = join(this.#path, file);
    return decodeChunks(path, bytes, async (from, some) => {
      try {
        return await this.#disk.readPart(path, from, some);
      } catch (error) {
        if (!isMissing(error)) throw error;
        throw new StateStoreError(`the state file ${path} is gone`, { kind: "mismatch", cause: error });
      }
    });
  }

  async remove(file: string): Promise<void> {
    await this.#disk.remove(join(this.#path, file));
  }

  /** Removes what crashes left behind. */
  async sweep(): Promise<void> {
    const names = await this.#names();
    const { number, manifest } = await this.#newest();
    const needed = filesOf(manifest);
    for (const name of names) {
      const old = name.startsWith("manifest.") ? newestManifest([name]) < number : !needed.has(name);
      if (!old) continue;
      const age = await this.#disk.ageMs(join(this.#path, name));
      if (age !== null && age > leftOverMs) await this.remove(name);
    }
  }

  async #newest(): Promise<{ readonly number: number; readonly manifest: Manifest }> {
    for (let tries = 0; tries < maxTries; tries++) {
      const number = newestManifest(await this.#names());
      if (number === 0) return { number, manifest: firstManifest };
      const path = join(this.#path, manifestName(number));
      try {
        return { number, manifest: decodeManifest(path, await this.#disk.read(path)) };
      } catch (error) {
        // A newer one was made since, and this one removed.
        if (!isMissing(error)) throw error;
      }
    }
    throw new StateStoreError(`others change ${this.#path} all the time`, { kind: "unavailable" });
  }

  async #publish(number: number, manifest: Manifest): Promise<boolean> {
    await this.#disk.makeFolder(this.#path);
    const own = `new.${randomUUID()}`;
    const path = join(this.#path, own);
    try {
      await this.#disk.writeNew(path, encodeManifest(manifest));
      if (!(await this.#disk.link(path, join(this.#path, manifestName(number))))) return false;
      await this.#disk.syncFolder(this.#path);
      // A process that was stopped for long may find its number free again, because later ones were made and removed.
      const newest = newestManifest(await this.#names());
      if (newest === number) return true;
      await this.remove(manifestName(number));
      return false;
    } finally {
      await this.remove(own).catch(() => {});
    }
  }

  /** Removes the manifest before, and the files that it alone needed: their names are never used again. */
  async #forget(number: number, before: Manifest, after: Manifest): Promise<void> {
    const needed = filesOf(after);
    try {
      if (number > 0) await this.remove(manifestName(number));
      for (const file of filesOf(before)) if (!needed.has(file)) await this.remove(file);
    } catch {
      // The change is made; what is left here is swept later.
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await this.#disk.list(this.#path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
